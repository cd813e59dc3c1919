// credentials.exe: looks at the Credential Manager from outside the server, for the end-to-end tests. Shares no code
// with it.
//   list | value TARGET | write TARGET TEXT | erase TARGET
#include <windows.h>
// Needs windows.h before it.
#include <wincred.h>

#include <cstdio>
#include <string_view>

namespace {

constexpr int failed = 1;
constexpr int misused = 2;

int complain(const char* doing) {
  std::fprintf(stderr, "%s: error %lu\n", doing, GetLastError());
  return failed;
}

// A line each: target, user name, persistence, size.
int list() {
  DWORD count = 0;
  PCREDENTIALW* found = nullptr;
  if (CredEnumerateW(nullptr, 0, &count, &found) == 0) {
    return GetLastError() == ERROR_NOT_FOUND ? 0 : complain("CredEnumerateW");
  }
  for (DWORD i = 0; i < count; ++i) {
    std::printf("%ls\t%ls\t%lu\t%lu\n", found[i]->TargetName, found[i]->UserName == nullptr ? L"" : found[i]->UserName,
                found[i]->Persist, found[i]->CredentialBlobSize);
  }
  CredFree(found);
  return 0;
}

int value(const wchar_t* target) {
  PCREDENTIALW found = nullptr;
  if (CredReadW(target, CRED_TYPE_GENERIC, 0, &found) == 0) return complain("CredReadW");
  std::fwrite(found->CredentialBlob, 1, found->CredentialBlobSize, stdout);
  CredFree(found);
  return 0;
}

int write(wchar_t* target, wchar_t* text) {
  CREDENTIALW credential{};
  credential.Type = CRED_TYPE_GENERIC;
  credential.Persist = CRED_PERSIST_SESSION;
  credential.TargetName = target;
  credential.CredentialBlobSize = static_cast<DWORD>(std::wstring_view(text).size() * sizeof(wchar_t));
  credential.CredentialBlob = reinterpret_cast<LPBYTE>(text);
  return CredWriteW(&credential, 0) == 0 ? complain("CredWriteW") : 0;
}

int erase(const wchar_t* target) {
  return CredDeleteW(target, CRED_TYPE_GENERIC, 0) == 0 ? complain("CredDeleteW") : 0;
}

}  // namespace

int wmain(int count, wchar_t** words) {
  const std::wstring_view command = count > 1 ? words[1] : L"";
  if (command == L"list" && count == 2) return list();
  if (command == L"value" && count == 3) return value(words[2]);
  if (command == L"write" && count == 4) return write(words[2], words[3]);
  if (command == L"erase" && count == 3) return erase(words[2]);
  std::fputs("usage: credentials list | value TARGET | write TARGET TEXT | erase TARGET\n", stderr);
  return misused;
}
