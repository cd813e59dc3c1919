// What Windows says of this process and its neighbours.
#include <windows.h>

#include <array>
#include <memory>
#include <string>

#include "auth/record_name.h"
#include "base/wide.h"

namespace auth {
namespace {

// The id that the installation of Windows made for this machine; the computer's name where there is none.
std::string machine_id() {
  std::array<wchar_t, 128> text{};
  DWORD bytes = sizeof text;
  constexpr DWORD rules = RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY;
  if (RegGetValueW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Cryptography", L"MachineGuid", rules, nullptr,
                   text.data(), &bytes) == ERROR_SUCCESS) {
    return base::to_utf8(text.data());
  }
  auto size = static_cast<DWORD>(text.size());
  return GetComputerNameW(text.data(), &size) != 0 ? base::to_utf8({text.data(), size}) : std::string();
}

std::uint64_t creation_time(HANDLE process) {
  FILETIME created{}, exited{}, kernel{}, user{};
  if (GetProcessTimes(process, &created, &exited, &kernel, &user) == 0) return 0;
  return std::uint64_t{created.dwHighDateTime} << 32U | created.dwLowDateTime;
}

}  // namespace

// Start times are points in time here, so they tell processes of earlier boots apart, too: the boot needs no mark of
// its own. Windows has no PID namespaces.
ProcessMark this_process() {
  const auto machine = mark_of(machine_id());
  return {.machine = machine,
          .boot = machine,
          .pid_namespace = "0",
          .pid = GetCurrentProcessId(),
          .started = creation_time(GetCurrentProcess())};
}

std::optional<std::uint64_t> process_start(std::uint64_t pid) {
  if (pid > MAXDWORD) return std::nullopt;
  const std::unique_ptr<void, decltype(&CloseHandle)> process(
      OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, static_cast<DWORD>(pid)), &CloseHandle);
  if (!process) return GetLastError() == ERROR_ACCESS_DENIED ? std::optional<std::uint64_t>(0) : std::nullopt;
  // Somebody's open handle keeps a process that has ended findable.
  DWORD exit_code = 0;
  if (GetExitCodeProcess(process.get(), &exit_code) != 0 && exit_code != STILL_ACTIVE) return std::nullopt;
  return creation_time(process.get());
}

}  // namespace auth
