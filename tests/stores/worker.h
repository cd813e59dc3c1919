// Another process at the same keychain. It is this very program, started once more: keychains that ask their person
// about each program that reads a record know it then.
#pragma once

#include <string>
#include <vector>

namespace test {

// Does one thing; 0 when that went well:
//   save ACCOUNT TEXT TIMES     a record of that text, so often repeated
//   holds ACCOUNT TEXT TIMES    is that what the record holds?
//   erase ACCOUNT
//   leave TENANT                a record as this program's own, left behind
//   insist ACCOUNT ROUNDS       writes its record and reads it back, again and again
int work_for_test(const std::vector<std::string>& words);

// Starts the worker and waits for its end; true when it went well.
bool another_process(const std::string& words);

}  // namespace test
