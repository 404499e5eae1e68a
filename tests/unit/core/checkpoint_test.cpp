#include "pravega_actor/checkpoint.hpp"

#include <string>

#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"
#include "support/json_data.hpp"

using namespace pravega_actor;
using test::from_hex;
using test::golden;
using test::to_hex;

namespace {

const scoped_stream stream{"scope", "stream"};

checkpoint sample() {
  return {"cp", {{stream, {stream, {{{0, 0}, 10}, {{1, 0}, -1}}}}}};
}

}  // namespace

TEST_CASE("checkpoints of the Java client read and write byte for byte", "[checkpoint]") {
  for (const auto& record : golden().at("positions").at("checkpoints")) {
    const auto bytes = from_hex(record.at("bytes"));
    const auto parsed = checkpoint::from_bytes(bytes);
    REQUIRE(parsed);
    CHECK(parsed->name == record.at("name").get<std::string>());
    REQUIRE(parsed->cuts.size() == record.at("cuts").size());
    for (const auto& each : record.at("cuts")) {
      const auto of = scoped_stream::parse(each.at("stream").get<std::string>());
      REQUIRE(of);
      CHECK(parsed->cuts.at(*of).to_string() == each.at("cut").get<std::string>());
    }
    if (parsed->cuts.size() == 1)
      CHECK(to_hex(parsed->to_bytes()) == record.at("bytes").get<std::string>());
    const auto again = checkpoint::from_bytes(parsed->to_bytes());
    REQUIRE(again);
    CHECK(*again == *parsed);
  }
}

TEST_CASE("a damaged checkpoint is refused wherever it ends", "[checkpoint]") {
  const auto bytes = sample().to_bytes();
  REQUIRE_FALSE(bytes.empty());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(checkpoint::from_bytes({bytes.data(), size}));
  auto longer = bytes;
  longer.push_back(std::byte{0});
  CHECK(checkpoint::from_bytes(longer).error() == errc::invalid_argument);
  auto newer = bytes;
  newer[1] = std::byte{1};
  CHECK_THAT(checkpoint::from_bytes(newer).error().detail(), Catch::Contains("version"));
}

TEST_CASE("a checkpoint with a cut of another stream is neither written nor read",
          "[checkpoint]") {
  auto wrong = sample();
  wrong.cuts.begin()->second.stream.stream = "strean";
  CHECK(wrong.check().error() == errc::invalid_argument);
  CHECK(wrong.to_bytes().empty());
  auto bytes = sample().to_bytes();
  const std::string name = "scope/stream";
  // The second time the name stands inside the cut.
  const auto text = std::string{as_text(bytes)};
  const auto at = text.rfind(name);
  REQUIRE(at != text.find(name));
  bytes[at + name.size() - 1] = std::byte{'n'};
  CHECK_THAT(checkpoint::from_bytes(bytes).error().detail(), Catch::Contains("another stream"));
}

TEST_CASE("a checkpoint needs a name that fits into its form", "[checkpoint]") {
  auto one = sample();
  one.name.clear();
  CHECK(one.check().error() == errc::invalid_name);
  one.name.assign(limits::wire_text_bytes_max, 'x');
  CHECK(one.check());
  one.name += 'x';
  CHECK(one.check().error() == errc::invalid_name);
}

TEST_CASE("names of new checkpoints are texts that Java writes alike", "[checkpoint]") {
  CHECK(check_checkpoint_name("before the upgrade_1"));
  CHECK(check_checkpoint_name("\xE6\x97\xA5"));
  CHECK(check_checkpoint_name(std::string(1024, 'x')));
  for (const auto& name : {std::string{}, std::string(1025, 'x'), std::string("a\0b", 3),
                           std::string{"\xF0\x9F\x98\x80"}, std::string{"mine_SILENT_"}})
    CHECK(check_checkpoint_name(name).error() == errc::invalid_name);
}
