#include "aic/document.h"

#include "aic/tenant_fixture.h"

namespace aic {
namespace {

using base::Errc;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string path = "/openidm/config/ui/themerealm";
const std::string first = R"({"_id":"t","realm":{"alpha":[{"_id":"1","name":"One"}]},"x":1.10})";

// The theme list of alpha with one more entry.
std::optional<Edit> add_theme(const Json& current, const std::string& id) {
  Json after = current;
  for (const Json& theme : after["realm"]["alpha"]) {
    if (theme["_id"] == id) return std::nullopt;
  }
  after["realm"]["alpha"].push_back({{"_id", id}, {"name", "N" + id}});
  return Edit{.after = after};
}

Compute adding(std::string id) {
  return [id](const Json& current) { return add_theme(current, id); };
}

std::string with_theme(const std::string& document, const std::string& id) {
  return base::print_json(add_theme(base::parse_json(document), id)->after);
}

class DocumentTest : public ::testing::Test, public test::TenantFixture {
 protected:
  void reads(const std::string& body, http::Headers headers = {}) { http.answer("GET", path, 200, body, headers); }
  // The PUT answers with what it was sent.
  void echoes() {
    http.answer_with("PUT", path,
                     [](const test::Sent& sent) { return http::Response{.status = 200, .body = sent.body}; });
  }
  Document document{.title = "the themes", .target = base::Target(path)};
  Tenant tenant = make();
};

TEST_F(DocumentTest, ReadsTwiceThenWritesTheWholeDocument) {
  reads(first);
  reads(first);
  echoes();

  const auto written = run(rewrite(tenant, document, adding("2")));

  EXPECT_THAT(http.requests(), ElementsAre("GET " + path, "GET " + path, "PUT " + path));
  EXPECT_EQ(http.sent().at(2).body,
            R"({"_id":"t","realm":{"alpha":[{"_id":"1","name":"One"},{"_id":"2","name":"N2"}]},"x":1.10})");
  EXPECT_TRUE(written.changed);
  EXPECT_THAT(written.notes, IsEmpty());
  EXPECT_FALSE(http.sent().at(1).request.urgent);
  EXPECT_TRUE(http.sent().at(2).request.urgent);  // in a full queue, what was read would become old
  EXPECT_FALSE(http.sent().at(1).request.leaves_within);
  EXPECT_EQ(http.sent().at(2).request.leaves_within, net::Duration(1'000));  // and while a connection is made
}

TEST_F(DocumentTest, WritesNothingWhenItIsInPlaceAlready) {
  reads(first);

  const auto written = run(rewrite(tenant, document, adding("1")));

  EXPECT_FALSE(written.changed);
  EXPECT_THAT(http.requests(), ElementsAre("GET " + path));
  EXPECT_EQ(first_writes, 0);
}

TEST_F(DocumentTest, WritesNothingWhenTheChangeIsRefused) {
  reads(first);

  const auto error = error_of(rewrite(
      tenant, document, [](const Json&) -> std::optional<Edit> { throw base::Error(Errc::invalid_request, "no"); }));

  EXPECT_EQ(error.message, "no");
  EXPECT_THAT(http.requests(), ElementsAre("GET " + path));
}

TEST_F(DocumentTest, ComputesAnewOnAFreshCopyWhenTheChangesDoNotTouch) {
  reads(first);
  reads(with_theme(first, "9"));
  reads(with_theme(first, "9"));
  echoes();

  const auto written = run(rewrite(tenant, document, adding("2")));

  EXPECT_THAT(http.sent().at(3).body, HasSubstr(R"({"_id":"9","name":"N9"},{"_id":"2","name":"N2"})"));
  EXPECT_EQ(written.before, base::parse_json(with_theme(first, "9")));
}

TEST_F(DocumentTest, GivesUpAfterTwoRecomputations) {
  auto body = first;
  for (const auto* id : {"a", "b", "c", "d"}) {
    reads(body);
    body = with_theme(body, id);
  }

  const auto error = error_of(rewrite(tenant, document, adding("2")));

  EXPECT_EQ(error.code, Errc::conflict);
  EXPECT_THAT(error.message, HasSubstr("/realm/alpha/c"));
  EXPECT_EQ(http.sent().size(), 4U);
  EXPECT_EQ(first_writes, 0);
}

TEST_F(DocumentTest, WritesNothingWhenSomebodyChangedTheSamePlace) {
  reads(first);
  reads(R"({"_id":"t","realm":{"alpha":[{"_id":"1","name":"Uno"}]},"x":1.10})");

  const auto error = error_of(rewrite(tenant, document, [](const Json& current) -> std::optional<Edit> {
    Json after = current;
    after["realm"]["alpha"][0]["name"] = "Eins";
    return Edit{.after = after};
  }));

  EXPECT_EQ(error.code, Errc::conflict);
  EXPECT_THAT(error.message, HasSubstr("/realm/alpha/1/name"));
  EXPECT_THAT(error.next, HasSubstr("Read the current state"));
  EXPECT_EQ(http.sent().size(), 2U);
}

TEST_F(DocumentTest, ComparesRevisionsWhereThereAreSome) {
  reads(R"({"_rev":"1","a":1})");
  reads(R"({"_rev":"2","a":1,"b":1})");
  reads(R"({"_rev":"2","a":1,"b":1})");
  echoes();

  run(rewrite(tenant, document, [](const Json& current) -> std::optional<Edit> {
    Json after = current;
    after["a"] = 2;
    return Edit{.after = after};
  }));

  EXPECT_EQ(http.sent().at(3).body, R"({"_rev":"2","a":2,"b":1})");
}

TEST_F(DocumentTest, RefusesAnOutdatedRevisionOfTheCallerBeforeComputing) {
  reads(first, {{"etag", "\"r2\""}});

  const auto error = error_of(rewrite(tenant, document, adding("2"), check_exactly, "r1"));

  EXPECT_EQ(error.code, Errc::conflict);
  EXPECT_THAT(error.message, HasSubstr("now at revision \"r2\", not \"r1\""));
  EXPECT_EQ(http.sent().size(), 1U);
}

TEST_F(DocumentTest, NeverComputesAnewWhenTheCallerGaveARevision) {
  reads(first, {{"etag", "\"r1\""}});
  reads(with_theme(first, "9"), {{"etag", "\"r2\""}});

  EXPECT_EQ(error_of(rewrite(tenant, document, adding("2"), check_exactly, "r1")).code, Errc::conflict);

  EXPECT_EQ(http.sent().size(), 2U);
}

TEST_F(DocumentTest, RefusesARevisionForADocumentThatHasNone) {
  reads(first);
  EXPECT_THAT(error_of(rewrite(tenant, document, adding("2"), check_exactly, "r1")).message, HasSubstr("no revision"));
}

TEST_F(DocumentTest, ReportsAnAnswerThatDoesNotShowTheChange) {
  reads(first);
  reads(first);
  http.answer("PUT", path, 200, first);

  const auto error = error_of(rewrite(tenant, document, adding("2")));

  EXPECT_EQ(error.code, Errc::partial);
  EXPECT_THAT(error.message, HasSubstr("/realm/alpha/2"));
  EXPECT_THAT(error.done, ElementsAre("the themes written"));
}

TEST_F(DocumentTest, ReportsAChangeOfPlacesThatTheWriteDidNotConcern) {
  reads(first);
  reads(first);
  http.answer("PUT", path, 200,
              R"({"_id":"t","realm":{"alpha":[{"_id":"1","name":"?"},{"_id":"2","name":"N2"}]},"x":1.10})");

  const auto error = error_of(rewrite(tenant, document, adding("2")));

  EXPECT_THAT(error.message, HasSubstr("/realm/alpha/1/name, including places that the change did not concern"));
}

TEST_F(DocumentTest, ReadsBackWhenTheAnswerHoldsNoDocument) {
  for (const std::string answer : {"", "{}", "ok"}) {
    reads(first);
    reads(first);
    http.answer("PUT", path, 200, answer);
    reads(with_theme(first, "2"));

    const auto written = run(rewrite(tenant, document, adding("2")));

    EXPECT_TRUE(written.changed) << answer;
    EXPECT_EQ(written.after, base::parse_json(with_theme(first, "2"))) << answer;
    EXPECT_EQ(written.notes.empty(), answer == "{}") << answer;
  }
}

// A proxy's page, nothing, half an answer: none of it is the tenant's word.
TEST_F(DocumentTest, BelievesNoAnswerThatIsNotTheTenantsOwn) {
  for (const std::string answer : {"", "<html>Welcome</html>", R"({"_id":"t","re)", "[]", "true"}) {
    reads(first);
    reads(first);
    http.answer("PUT", path, 200, answer);
    reads(first);
    EXPECT_EQ(error_of(rewrite(tenant, document, adding("2"))).code, Errc::transient) << answer;

    reads(first);
    reads(first);
    http.answer("PUT", path, 200, answer);
    reads(with_theme(first, "other"));
    const auto other = error_of(rewrite(tenant, document, adding("2")));
    EXPECT_EQ(other.code, Errc::outcome_unknown) << answer;
    EXPECT_THAT(other.message, HasSubstr("neither as before nor as requested, at /realm/alpha/2")) << answer;

    reads(first);
    reads(first);
    http.answer("PUT", path, 200, answer);
    http.answer("GET", path, 403, R"({"code":403})");
    const auto unread = error_of(rewrite(tenant, document, adding("2")));
    EXPECT_EQ(unread.code, Errc::outcome_unknown) << answer;
    EXPECT_EQ(unread.status, 200) << answer;
  }
}

// It looks as before, or as somebody else made it, whether the secret was stored or not.
TEST_F(DocumentTest, CannotTellOfALostWriteOfWhatIsNeverShown) {
  const auto hiding = [](const Json& current) {
    auto edit = add_theme(current, "2");
    if (edit) edit->is_hidden = true;
    return edit;
  };
  for (const auto& stored : {first, with_theme(first, "2")}) {
    reads(first);
    reads(first);
    http.lose_connection("PUT", path);
    reads(stored);
    EXPECT_EQ(error_of(rewrite(tenant, document, hiding)).code, Errc::outcome_unknown);
  }
}

TEST_F(DocumentTest, SaysWhenTheChangeCouldNotBeChecked) {
  reads(first);
  reads(first);
  http.answer("PUT", path, 200, "{}");
  http.answer("GET", path, 403, R"({"code":403})");

  const auto written = run(rewrite(tenant, document, adding("2")));

  EXPECT_TRUE(written.changed);
  EXPECT_THAT(written.notes, ElementsAre(HasSubstr("could not be read back")));
}

TEST_F(DocumentTest, FindsOutThatABrokenWriteHappened) {
  reads(first);
  reads(first);
  http.lose_connection("PUT", path);
  reads(with_theme(first, "2"));

  const auto written = run(rewrite(tenant, document, adding("2")));

  EXPECT_TRUE(written.changed);
  EXPECT_THAT(written.notes, ElementsAre(HasSubstr("a later read shows that it took effect")));
}

TEST_F(DocumentTest, FindsOutThatABrokenWriteDidNotHappen) {
  reads(first);
  reads(first);
  http.answer("PUT", path, 504);
  reads(first);

  const auto error = error_of(rewrite(tenant, document, adding("2")));

  EXPECT_EQ(error.code, Errc::transient);
  EXPECT_THAT(error.message, HasSubstr("nothing was changed"));
  EXPECT_THAT(error.next, HasSubstr("safe"));
}

TEST_F(DocumentTest, LeavesUnknownWhatReadingBackCannotTell) {
  reads(first);
  reads(first);
  http.lose_connection("PUT", path);
  http.answer("GET", path, 403, R"({"code":403})");
  EXPECT_EQ(error_of(rewrite(tenant, document, adding("2"))).code, Errc::outcome_unknown);

  reads(first);
  reads(first);
  http.lose_connection("PUT", path);
  reads(with_theme(first, "other"));
  EXPECT_EQ(error_of(rewrite(tenant, document, adding("2"))).code, Errc::outcome_unknown);
}

TEST_F(DocumentTest, CallsAGatewaysFailureUnknownWhenReadingBackFails) {
  reads(first);
  reads(first);
  http.answer("PUT", path, 503);
  http.answer("GET", path, 403, R"({"code":403})");

  EXPECT_EQ(error_of(rewrite(tenant, document, adding("2"))).code, Errc::outcome_unknown);
}

TEST_F(DocumentTest, AsksForTheRestOfAChangeThatTheDocumentDoesNotShow) {
  for (const auto& [rest, code] :
       {std::pair{Rest{.untouched = true}, Errc::transient}, {Rest{}, Errc::outcome_unknown}}) {
    for (int i = 0; i < 3; ++i) reads(first);
    http.answer("PUT", path, 503);
    const auto edit = [rest](const Json& current) -> std::optional<Edit> {
      return Edit{.after = current, .look_at_rest = [rest]() -> net::Task<Rest> { co_return rest; }};
    };

    EXPECT_EQ(error_of(rewrite(tenant, document, edit)).code, code);
  }
}

TEST_F(DocumentTest, PassesARefusalOn) {
  reads(first);
  reads(first);
  http.answer("PUT", path, 403, R"({"code":403,"message":"Access denied"})");

  EXPECT_EQ(error_of(rewrite(tenant, document, adding("2"))).code, Errc::unauthorized);
  EXPECT_EQ(http.sent().size(), 3U);
}

TEST_F(DocumentTest, SendsAPatchOrAnotherBodyWhereTheEditHasOne) {
  reads(first);
  reads(first);
  http.answer("PATCH", path, 200, with_theme(first, "2"));

  run(rewrite(tenant, document, [](const Json& current) -> std::optional<Edit> {
    return Edit{.after = add_theme(current, "2")->after,
                .body = base::parse_json(R"([{"operation":"add"}])"),
                .by_patch = true};
  }));

  EXPECT_EQ(http.sent().at(2).body, R"([{"operation":"add"}])");
}

TEST_F(DocumentTest, LetsTwoCallsThatChangeOneDocumentBothEndUpStored) {
  std::string stored = first;
  const auto get = [&](const test::Sent&) { return http::Response{.status = 200, .body = stored}; };
  const auto put = [&](const test::Sent& sent) {
    stored = sent.body;
    return http::Response{.status = 200, .body = stored};
  };
  auto held = http.hold(loop, "GET", path);
  for (int i = 0; i < 3; ++i) http.answer_with("GET", path, get);
  for (int i = 0; i < 2; ++i) http.answer_with("PUT", path, put);
  auto other = make(2);

  auto one = test::start(loop, rewrite(tenant, document, adding("2")));
  auto two = test::start(loop, rewrite(other, document, adding("3")));
  EXPECT_EQ(http.sent().size(), 1U);
  held.reply(200, first);

  one.get();
  two.get();
  EXPECT_EQ(base::parse_json(stored), base::parse_json(with_theme(with_theme(first, "2"), "3")));
}

// -- what is asked beside the opening

TEST_F(DocumentTest, IsReadAgainWhereWhatWasAskedBesideItEndedLater) {
  auto held = http.hold(loop, "GET", path);
  auto held_look = http.hold(loop, "GET", path + "2");
  reads(first);
  echoes();
  document.read_twice = false;
  const auto look = [&]() -> net::Task<> { co_await tenant.get(base::Target(path + "2"), {}); };

  auto opening = test::start(loop, open_beside(tenant, open(tenant, document), look()));
  held.reply(200, first);
  held_look.reply(200, "{}");
  auto opened = opening.get();
  run(opened.save(adding("2")));

  EXPECT_THAT(http.requests(), ElementsAre("GET " + path, "GET " + path + "2", "GET " + path, "PUT " + path));
}

TEST_F(DocumentTest, IsReadOnceWhereWhatWasAskedBesideItEndedBefore) {
  http.answer("GET", path + "2", 200, "{}");
  auto held = http.hold(loop, "GET", path);
  echoes();
  document.read_twice = false;
  const auto look = [&]() -> net::Task<> { co_await tenant.get(base::Target(path + "2"), {}); };

  auto opening = test::start(loop, open_beside(tenant, open(tenant, document), look()));
  held.reply(200, first);
  auto opened = opening.get();
  run(opened.save(adding("2")));

  EXPECT_THAT(http.requests(), ElementsAre("GET " + path, "GET " + path + "2", "PUT " + path));
}

TEST_F(DocumentTest, LooksAgainWhereItHadToWaitForItsTurn) {
  for (int i = 0; i < 3; ++i) reads(first);
  echoes();
  auto other = make(2);
  int looks = 0;
  const auto look = [&]() -> net::Task<> {
    ++looks;
    co_return;
  };
  std::optional<OpenDocument> holder = run(open(tenant, document));

  auto opening = test::start(loop, open_beside(other, open(other, document), look()));
  EXPECT_EQ(looks, 1);
  holder.reset();
  auto opened = opening.get();
  run(opened.save(adding("2"), check_exactly, {}, look));

  EXPECT_EQ(looks, 2);
}

TEST_F(DocumentTest, TellsTheFailureOfTheOpeningFirst) {
  http.answer("GET", path, 404, R"({"code":404})");
  const auto look = []() -> net::Task<> {
    throw base::Error(Errc::invalid_request, "used");
    co_return;
  };

  EXPECT_EQ(error_of(open_beside(tenant, open(tenant, document), look())).code, Errc::not_found);
  reads(first);
  EXPECT_EQ(error_of(open_beside(tenant, open(tenant, document), look())).message, "used");
}

TEST_F(DocumentTest, DoesNotHoldUpACallOnAnotherDocument) {
  auto held = http.hold(loop, "GET", path);
  http.answer("GET", path + "2", 200, "{}");
  auto one = test::start(loop, rewrite(tenant, document, adding("1")));

  Document another{.title = "another", .target = base::Target(path + "2")};
  run(rewrite(tenant, another, [](const Json&) -> std::optional<Edit> { return std::nullopt; }));

  held.reply(200, first);
  one.get();
}

TEST_F(DocumentTest, GivesTheDocumentUpWhenItsCallIsCancelled) {
  auto held = http.hold(loop, "GET", path);
  auto one = test::start(loop, rewrite(tenant, document, adding("2")));
  one.cancel();
  test::settle(loop);
  ASSERT_TRUE(one.was_cancelled());
  reads(first);

  EXPECT_FALSE(run(rewrite(tenant, document, adding("1"))).changed);
}

TEST_F(DocumentTest, GivesNullForADocumentThatMayBeAbsent) {
  http.answer("GET", path, 404, R"({"code":404})");
  http.answer("GET", path, 404, R"({"code":404})");
  echoes();
  document.may_be_absent = true;

  run(rewrite(tenant, document, [](const Json& current) -> std::optional<Edit> {
    EXPECT_TRUE(current.is_null());
    return Edit{.after = {{"a", 1}}};
  }));

  EXPECT_EQ(http.sent().at(2).body, R"({"a":1})");
}

// -- what rests on a read is not sent again without reading again (R-WRT-14)

const http::Headers wait_2_s{{"Retry-After", "2"}};

class WaitingDocument : public DocumentTest {
 protected:
  // Runs it to its end, turning the clock whenever it waits.
  template <typename T>
  T run_on(net::Task<T> task) {
    auto running = test::start(loop, std::move(task));
    while (clock.sleepers() > 0) clock.advance(clock.next_wake());
    return running.get();
  }
  // The Error that the change of theme 2 ends with.
  base::Error error_on(std::string expected = {}) {
    try {
      run_on(rewrite(tenant, document, adding("2"), check_exactly, std::move(expected)));
    } catch (const base::Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return {Errc::internal, "no error"};
  }
};

TEST_F(WaitingDocument, ReadsAgainAfterEachKindOfWaitAndKeepsWhatOthersStoredMeanwhile) {
  const std::vector<std::function<void()>> kinds{[this] { http.answer("PUT", path, 429, R"({"code":429})", wait_2_s); },
                                                 [this] { http.lose_connection("PUT", path, false); },
                                                 [this] { http.answer("PUT", path, 401, R"({"code":401})"); }};
  for (const auto& wait : kinds) {
    reads(first);
    reads(first);
    wait();
    reads(with_theme(first, "9"));
    reads(with_theme(first, "9"));
    echoes();

    run_on(rewrite(tenant, document, adding("2")));

    EXPECT_EQ(http.sent().back().body, with_theme(with_theme(first, "9"), "2"));
  }
  EXPECT_EQ(http.sent().back().bearer, "token-2");
}

TEST_F(WaitingDocument, WritesNothingWhereTheSamePlaceWasChangedDuringTheWait) {
  reads(first);
  reads(first);
  http.answer("PUT", path, 429, R"({"code":429})", wait_2_s);
  auto theirs = add_theme(base::parse_json(first), "2")->after;
  theirs["realm"]["alpha"][1]["name"] = "theirs";
  reads(base::print_json(theirs));

  EXPECT_EQ(error_on().code, Errc::conflict);

  EXPECT_EQ(http.sent().size(), 4U);
}

TEST_F(WaitingDocument, IsAConflictWhereTheRevisionOfTheCallerMovedDuringTheWait) {
  reads(first, {{"etag", "\"r1\""}});
  reads(first, {{"etag", "\"r1\""}});
  http.answer("PUT", path, 429, R"({"code":429})", wait_2_s);
  reads(with_theme(first, "9"), {{"etag", "\"r2\""}});

  EXPECT_EQ(error_on("r1").code, Errc::conflict);

  EXPECT_EQ(http.sent().size(), 4U);
}

TEST_F(WaitingDocument, IsSentThreeTimesAtMost) {
  reads(first);
  for (int i = 0; i < 3; ++i) {
    reads(first);
    http.answer("PUT", path, 429, R"({"code":429})", wait_2_s);
  }

  EXPECT_EQ(error_on().code, Errc::rate_limited);
}

TEST_F(WaitingDocument, ReportsASecondRefusalOfTheToken) {
  reads(first);
  for (int i = 0; i < 2; ++i) {
    reads(first);
    http.answer("PUT", path, 401, R"({"code":401})");
  }

  EXPECT_EQ(error_on().code, Errc::unauthorized);
}

TEST_F(WaitingDocument, LooksAgainAtWhatElseTheChangeRestsOn) {
  reads(first);
  reads(first);
  http.answer("PUT", path, 429, R"({"code":429})", wait_2_s);
  int looks = 0;
  const auto look = [&]() -> net::Task<> {
    if (++looks == 1) throw base::Error(Errc::invalid_request, "used by now");
    co_return;
  };

  auto opened = run(open(tenant, document));
  EXPECT_THROW(run_on(opened.save(adding("2"), check_exactly, {}, look)), base::Error);

  EXPECT_EQ(looks, 1);
  EXPECT_EQ(http.sent().size(), 3U);
}

TEST_F(WaitingDocument, LooksAgainWhenAReadHadToWaitAfterTheFirstLook) {
  reads(first);
  http.answer("GET", path, 429, R"({"code":429})", wait_2_s);
  reads(first);
  reads(first);
  echoes();
  int looks = 0;

  auto opened = run(open(tenant, document));
  run_on(opened.save(adding("2"), check_exactly, {}, [&]() -> net::Task<> {
    ++looks;
    co_return;
  }));

  EXPECT_EQ(looks, 1);
}

TEST_F(WaitingDocument, IsDeletedOnlyAsItWasRead) {
  reads(first);
  http.answer("DELETE", path, 429, R"({"code":429})", wait_2_s);
  reads(with_theme(first, "9"));
  try {
    auto opened = run(open(tenant, document));
    run_on(opened.remove());
    ADD_FAILURE() << "deleted";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code, Errc::conflict);
  }

  reads(first);
  http.answer("DELETE", path, 429, R"({"code":429})", wait_2_s);
  reads(first);
  http.answer("DELETE", path, 200, "{}");
  auto opened = run(open(tenant, document));
  run_on(opened.remove());
}

TEST_F(WaitingDocument, SendsItsRevisionWhereTheTenantHeedsIt) {
  document.conditional = true;
  document.may_be_absent = true;
  reads(R"({"_rev":"1","a":1})");
  reads(R"({"_rev":"1","a":1})");
  echoes();
  const auto change = [](const Json&) -> std::optional<Edit> { return Edit{.after = {{"_rev", "1"}, {"a", 2}}}; };
  run(rewrite(tenant, document, change));
  EXPECT_EQ(http.sent().back().header("If-Match"), "1");

  for (int i = 0; i < 2; ++i) http.answer("GET", path, 404, R"({"code":404})");
  echoes();
  run(rewrite(tenant, document, change));
  EXPECT_EQ(http.sent().back().header("If-None-Match"), "*");

  reads("{}");
  reads("{}");
  EXPECT_THAT(error_of(rewrite(tenant, document, change)).message, HasSubstr("no revision"));
}

TEST_F(DocumentTest, TakesNoGatewaysNotFoundForAbsence) {
  document.may_be_absent = true;
  http.answer("GET", path, 404, "<html>starting</html>", {{"content-type", "text/html"}});

  EXPECT_EQ(error_of(rewrite(tenant, document, adding("2"))).code, Errc::transient);
}

TEST_F(DocumentTest, TakesNumbersForTheSameHoweverTheyAreWritten) {
  reads(R"({"a":1})");
  reads(R"({"a":1})");
  http.answer("PUT", path, 200, R"({"a":1.5,"b":[1.0,{"c":1e2}]})");

  const auto written = run(rewrite(tenant, document, [](const Json&) -> std::optional<Edit> {
    return Edit{.after = base::parse_json(R"({"a":1.50,"b":[1,{"c":100}]})")};
  }));

  EXPECT_TRUE(written.changed);
}

}  // namespace
}  // namespace aic
