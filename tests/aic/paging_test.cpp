#include "aic/paging.h"

#include "aic/tenant_fixture.h"

namespace aic {
namespace {

using base::Target;
using ::testing::SizeIs;

const std::string roles = "/openidm/managed/alpha_role";

class PagesTest : public ::testing::Test, public test::TenantFixture {};

TEST(PageQuery, PutsParametersInOneOrderAndEncodesEachValue) {
  const PageQuery query{.filter = "a eq \"x&_pageSize=9\"",
                        .page_size = 50,
                        .exact_total = true,
                        .cookie = "c==:0",
                        .sort_keys = "-a,b",
                        .fields = "a,b"};
  EXPECT_EQ(with_query(Target("/x"), query).str(),
            "/x?_queryFilter=a+eq+%22x%26_pageSize%3D9%22&_pageSize=50&_totalPagedResultsPolicy=EXACT"
            "&_pagedResultsCookie=c%3D%3D%3A0&_sortKeys=-a%2Cb&_fields=a%2Cb");
  EXPECT_EQ(with_query(Target("/x"), {}).str(), "/x?_queryFilter=true");
}

TEST(PageQuery, DecodesACookieOnceBeforeItIsEncoded) {
  EXPECT_EQ(with_query(Target("/x"), {.cookie = "fHwAAAAAAJiWlQ%3D%3D%3A0"}).str(),
            with_query(Target("/x"), {.cookie = "fHwAAAAAAJiWlQ==:0"}).str());
  EXPECT_EQ(plain_cookie("a%253D"), "a%3D");
}

TEST_F(PagesTest, ReadsUntilThereIsNoCookie) {
  http.answer("GET", roles + "?_queryFilter=true&_pageSize=2", 200,
              R"({"result":[{"n":1},{"n":2}],"pagedResultsCookie":"a%3D"})");
  http.answer("GET", roles + "?_queryFilter=true&_pageSize=2&_pagedResultsCookie=a%3D", 200,
              R"({"result":[{"n":3},{"n":4}],"pagedResultsCookie":"b"})");
  http.answer("GET", roles + "?_queryFilter=true&_pageSize=2&_pagedResultsCookie=b", 200,
              R"({"result":[],"pagedResultsCookie":null})");
  auto tenant = make();

  const auto entries = run(read_all(tenant, Target(roles), {.page_size = 2}, {}, 100));

  EXPECT_EQ(base::print_json(entries.list), R"([{"n":1},{"n":2},{"n":3},{"n":4}])");
  EXPECT_TRUE(entries.complete);
}

TEST_F(PagesTest, GoesOnBehindAnEmptyPageThatHasACookie) {
  http.answer("GET", roles + "?_queryFilter=true", 200, R"({"result":[],"pagedResultsCookie":"a"})");
  http.answer("GET", roles + "?_queryFilter=true&_pagedResultsCookie=a", 200, R"({"result":[{"n":1}]})");
  auto tenant = make();

  EXPECT_THAT(run(get_whole(tenant, Target(roles), {}, {})).body, base::parse_json(R"({"result":[{"n":1}]})"));
}

TEST_F(PagesTest, GivesUpOnEmptyPagesWithoutEnd) {
  http.answer("GET", roles + "?_queryFilter=true", 200, R"({"result":[],"pagedResultsCookie":"0"})");
  for (int i = 0; i < 20; ++i)
    http.answer("GET", roles + "?_queryFilter=true&_pagedResultsCookie=" + std::to_string(i), 200,
                R"({"result":[],"pagedResultsCookie":")" + std::to_string(i + 1) + "\"}");
  auto tenant = make();

  EXPECT_THROW(run(get_whole(tenant, Target(roles), {}, {})), base::Error);
}

TEST_F(PagesTest, TakesAnAnswerWithoutAListForNone) {
  for (const auto* body : {"", "{}", R"({"result":null})", "[]"}) {
    http.answer("GET", roles + "?_queryFilter=true", 200, body);
    auto tenant = make();
    EXPECT_THROW(run(get_whole(tenant, Target(roles), {}, {})), base::Error) << body;
  }
}

TEST_F(PagesTest, StopsAtTheLimitAndSaysSo) {
  http.answer("GET", roles + "?_queryFilter=true&_pageSize=2", 200,
              R"({"result":[{"n":1},{"n":2}],"pagedResultsCookie":"a"})");
  auto tenant = make();

  const auto entries = run(read_all(tenant, Target(roles), {.page_size = 2}, {}, 1));

  EXPECT_THAT(entries.list, SizeIs(1));
  EXPECT_FALSE(entries.complete);
}

TEST_F(PagesTest, DoesNotTurnInCirclesOnACookieThatRepeats) {
  http.answer("GET", roles + "?_queryFilter=true", 200, R"({"result":[{"n":1}],"pagedResultsCookie":"a"})");
  http.answer("GET", roles + "?_queryFilter=true&_pagedResultsCookie=a", 200,
              R"({"result":[{"n":2}],"pagedResultsCookie":"a"})");
  auto tenant = make();

  EXPECT_EQ(base::print_json(run(read_all(tenant, Target(roles), {}, {}, 100)).list), R"([{"n":1},{"n":2}])");
}

}  // namespace
}  // namespace aic
