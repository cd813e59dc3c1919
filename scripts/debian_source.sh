# Sourced by the scripts that build libraries: gets Debian's source packages, checked by apt against Debian's signatures.
# apt runs here with a state of its own under build/deps, so that neither root nor a change of the system's sources is
# needed, and a suite newer than the system's can be asked. Downloads run as _apt where that can be.

debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

apt_state_of() { echo "$PWD/build/deps/apt-$1"; }

# was_confirmed_today NAME STAMP: apt has been asked within a day, and STAMP is what came of it.
was_confirmed_today() {
  local confirmed
  confirmed=$(apt_state_of "$1")/confirmed
  [ "$2" -nt "$confirmed" ] && [ -n "$(find "$confirmed" -mtime -1 2>/dev/null)" ]
}

# use_suites NAME SUITE…: asks Debian's suites, and their security updates, from now on. NAME is the state's folder.
use_suites() {
  local suite main security
  # Ubuntu has it as a package.
  [ -f "$debian_keyring" ] || need_packages debian-archive-keyring
  apt_state=$(apt_state_of "$1")
  main=$(mirror_of Debian http://deb.debian.org/debian/)
  security=$(mirror_of Debian-Security http://deb.debian.org/debian-security/)
  mkdir -p "$apt_state"/{lists,cache/archives}/partial
  for suite in "${@:2}"; do
    echo "deb-src [signed-by=$debian_keyring] $main $suite main"
    echo "deb-src [signed-by=$debian_keyring] $security $suite-security main"
  done >"$apt_state/sources.list"
  give_to_apt "$apt_state"/{lists,cache/archives}/partial
}

# mirror_of LABEL DEFAULT: from where the system gets its own packages.
mirror_of() {
  local uri
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' "Label: $1" 2>/dev/null | sort -u | head -1)
  echo "${uri:-$2}"
}

# give_to_apt FOLDER…: root's downloads are done by a user who may write nowhere else.
give_to_apt() {
  [ "$(id -u)" != 0 ] || ! id _apt >/dev/null 2>&1 || chown _apt "$@"
}

# apt_here get|cache ARGUMENT…
apt_here() {
  "apt-$1" -qq -o Dir::Etc::sourcelist="$apt_state/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State::lists="$apt_state/lists" -o Dir::Cache="$apt_state/cache" \
    -o Acquire::Languages=none -o Acquire::GzipIndexes=true "${@:2}"
}

# Fails where apt can't ask.
refresh_sources() {
  logged apt_here get update --error-on=any || return 1
  touch "$apt_state/confirmed"
}

# source_versions PACKAGE START: those that start so, the newest first.
source_versions() {
  apt_here cache showsrc --only-source "$1" 2>/dev/null | sed -n 's/^Version: //p' | { grep "^${2//./\\.}" || true; } | sort -ruV
}

# fetch_source PACKAGE START: unpacks the newest of those versions into the working directory and prints which it is. A
# mirror may list a source package before, or after, it has its files.
fetch_source() {
  local version
  give_to_apt .
  for version in $(source_versions "$1" "$2"); do
    apt_here get source --download-only "$1=$version" >&2 || continue
    dpkg-source --no-check -x "$1_${version#*:}.dsc" >&2
    echo "$version"
    return
  done
  return 1
}

# make_work_folder: `work`, which apt's user may enter; gone at the end.
make_work_folder() {
  work=$(mktemp -d)
  chmod 755 "$work"
  trap 'rm -rf "$work"' EXIT
}

# run FUNCTION: sets `status`; output goes to the log. Not to be called as a condition: there bash would go on after a
# failure.
run() {
  set +e
  (
    set -e
    "$1"
  ) >>"$work/log" 2>&1
  status=$?
  set -e
}
fail() {
  tail -40 "$work/log" >&2
  exit 1
}
