// Who acts: the sign-in of this process (R-SES-01, R-SES-02).
#include "tools/kit/session.h"

#include "tools/kit/tool.h"

namespace tools::session {
namespace {

const auto sign_in = boolean("signIn", "true = sign in first if nobody is signed in. Default false.").optional();

net::Task<Result> who_am_i(Call& call) {
  co_return done(co_await call.session().who(call[sign_in].value_or(false)));
}

net::Task<Result> sign_out(Call& call) {
  co_return done(co_await call.session().sign_out());
}

const auto tool_name = text("tool", "Name of the tool, such as updateTheme.");
const auto tool_arguments = any_object("arguments", "Arguments of that call, in the form that the tool takes.");

net::Task<Result> preview_change(Call& call) {
  auto preview = co_await call.session().preview(call[tool_name], call[tool_arguments]);
  call.take_secrets(preview.secrets);
  co_return told(std::move(preview));
}

const std::vector<Tool> family{
    {
        .name = "whoAmI",
        .title = "Show the signed-in person",
        .description = "Shows who is signed in, until when and with which roles and scopes; what this server offers, "
                       "which settings limit it, and how much it has done.",
        .scopes = {},
        .hints = reads,
        .params = {sign_in},
        .run = who_am_i,
    },
    {
        .name = "signOut",
        .title = "Sign out",
        .description = "Ends the sign-in and forgets all tokens. The next call that needs the tenant signs in again, "
                       "possibly as another person.",
        .scopes = {},
        .hints = {.idempotent = true},
        .params = {},
        .run = sign_out,
    },
    {
        .name = "previewChange",
        .title = "Preview a change",
        .description = "Shows what a call of another tool would change, without changing anything: each request with "
                       "its differences, warnings and refusals.",
        .scopes = {},
        .hints = reads,
        .params = {tool_name, tool_arguments},
        .run = preview_change,
    },
};

}  // namespace

std::span<const Tool> all() {
  return family;
}

}  // namespace tools::session
