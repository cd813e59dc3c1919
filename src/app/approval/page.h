// The pages on which a person decides about a change. They fetch nothing and run no script (R-APR-02).
#pragma once

#include <string>

#include "app/approval/question.h"
#include "http/http.h"

namespace app {

// Where the page's buttons and its link lead, and what they carry.
struct PageAddresses {
  std::string answer;    // path of the POST
  std::string download;  // path of all differences as JSON
  std::string token;     // of the POST
};

// The question with its differences, two hundred at most, and its two buttons.
std::string question_page(const Question& question, const PageAddresses& addresses);

// A page that says how things stand.
std::string notice_page(const std::string& title, const std::string& text, const std::string& tenant);

// What every answer carries.
http::Headers approval_headers();

// Names of the form's fields, and values.
inline constexpr std::string_view token_field = "token", decision_field = "decision", repeat_field = "repeat";
inline constexpr std::string_view approve_value = "approve", decline_value = "decline";

}  // namespace app
