// Looking over a log query's filter before it is sent: the log service answers 500 to mistakes that are easy to name.
#pragma once

#include <string>
#include <string_view>

namespace tools {

// What is wrong with the filter ("must …"), or empty: quotes and brackets that do not balance, field paths without
// their leading slash (R-LOG-04). All else is left to the tenant.
std::string log_filter_violation(std::string_view filter);

}  // namespace tools
