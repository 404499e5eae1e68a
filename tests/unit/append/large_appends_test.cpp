// Several large events of one segment under way.
#include "append/large_appends.hpp"

#include <set>

#include "append/append_log.hpp"
#include "support/catch.hpp"
#include "wire/codec.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

using frame_codes = std::vector<std::int32_t>;

/// Events of 25 bytes, in four parts of at most 10 bytes with their header, at most three of
/// which are unanswered. They are numbered from 1.
struct large_appends_fixture {
  static constexpr std::int64_t first_id = std::int64_t{9} << 32;
  const std::string name = "scope/stream/4.#epoch.1";
  const uuid writer_id{5, 6};
  append_log log{writer_id, first_id, std::make_shared<buffer_pool>(), {}};
  large_appends all;
  std::size_t begun = 0;
  /// Of the last frame.
  std::int32_t code = 0;

  explicit large_appends_fixture(int events) {
    for (int i = 1; i <= events; ++i)
      log.append_large({0.5, static_cast<std::uint64_t>(i)},
                       shared_bytes{std::vector<std::byte>(25)});
  }
  void begin() {
    REQUIRE(all.takes_next());
    all.begin({name, "token", writer_id, first_id, begun == 0 ? 0 : 99}, log.next_large(),
              {10, 3});
    ++begun;
  }
  /// The next frame, as the store decodes it.
  wire::command sent() {
    REQUIRE(all.has_frame());
    std::vector<std::byte> frame;
    for (const auto& part : all.next_frame())
      frame.insert(frame.end(), part.view.begin(), part.view.end());
    code = wire::load_big_endian<std::int32_t>(frame.data());
    return *wire::decode(code, byte_view{frame}.subspan(8));
  }
  std::int32_t sends() {
    (void)sent();
    return code;
  }
  /// Of all that leaves now.
  frame_codes codes() {
    frame_codes out;
    while (all.has_frame())
      out.push_back(sends());
    return out;
  }
  template <class T>
  result<large_appends::answer> reply(const T& what, bool another_follows = false) {
    const auto bytes = *wire::encode(what);
    return all.on_reply({T::code, byte_view{bytes}.subspan(8), {}}, another_follows);
  }
  static std::int64_t id(std::int64_t slot) { return first_id + slot; }
  std::string transient(std::int64_t slot) const {
    return name + "#transient.aa." + std::to_string(slot);
  }
  static uuid parts_writer(std::int64_t slot) {
    return {5, ~std::uint64_t{6} ^ static_cast<std::uint64_t>(slot)};
  }
  void created(std::int64_t slot) {
    REQUIRE(reply(wire::segment_created{id(slot), transient(slot)}));
  }
  void set_up(std::int64_t slot) {
    REQUIRE(reply(wire::append_setup{id(slot), transient(slot), parts_writer(slot),
                                     wire::null_attribute_value}));
  }
  void stored(std::int64_t slot, std::int64_t part) {
    const auto before = part == 0 ? wire::null_attribute_value : part - 1;
    REQUIRE(reply(wire::data_appended{parts_writer(slot), part, before, id(slot), 0}));
  }
  auto merged(std::int64_t slot, bool another_follows = false) {
    return reply(wire::segments_merged{id(slot), name, transient(slot), 100}, another_follows);
  }
  /// Begins the next one, up to where its parts may leave.
  void begin_storing(std::int64_t slot) {
    begin();
    CHECK(sends() == wire::create_transient_segment::code);
    created(slot);
    CHECK(sends() == wire::setup_append::code);
    set_up(slot);
  }
  /// Stores all parts of the first event under way.
  void store_all(std::int64_t slot) {
    for (std::int64_t part = 0; part < 4; ++part) {
      while (all.has_frame() && !all.merges_next())
        (void)sent();
      stored(slot, part);
    }
  }
};

constexpr auto part_code = wire::conditional_block_end::code;

}  // namespace

TEST_CASE("the next event begins when the one before stores its parts", "[large_appends]") {
  large_appends_fixture f{2};
  CHECK(f.all.takes_next());
  f.begin();
  CHECK_FALSE(f.all.takes_next());
  (void)f.sent();
  f.created(0);
  CHECK_FALSE(f.all.takes_next());
  (void)f.sent();
  f.set_up(0);
  CHECK(f.all.takes_next());
}

TEST_CASE("parts leave in the order of the events, under one limit", "[large_appends]") {
  large_appends_fixture f{2};
  f.begin_storing(0);
  CHECK(f.codes() == frame_codes(3, part_code));
  f.begin_storing(1);
  // The first one still has a part, and three are unanswered.
  CHECK_FALSE(f.all.has_frame());
  f.stored(0, 0);
  CHECK(f.sent().get<wire::conditional_block_end>().writer_id == f.parts_writer(0));
  CHECK_FALSE(f.all.has_frame());
  f.stored(0, 1);
  const auto part = f.sent().get<wire::conditional_block_end>();
  CHECK(part.writer_id == f.parts_writer(1));
  CHECK(part.request_id == f.id(1));
  CHECK(part.expected_offset == 0);
  CHECK_FALSE(f.all.has_frame());
  f.stored(1, 0);
  f.stored(0, 3);
  CHECK(f.codes() == frame_codes{wire::merge_segments::code, part_code, part_code, part_code});
}

TEST_CASE("an event is merged when the one before it is", "[large_appends]") {
  large_appends_fixture f{2};
  f.begin_storing(0);
  f.store_all(0);
  CHECK(f.all.merges_next());
  CHECK(f.sent().get<wire::merge_segments>().updates ==
        std::vector<wire::attribute_update>{{f.writer_id, 4, 1, 0}});
  f.begin_storing(1);
  f.store_all(1);
  CHECK_FALSE(f.all.has_frame());
  CHECK(f.all.owed_text() == "the merge of a large event");
  CHECK(f.merged(0).value() == large_appends::answer::merged);
  CHECK(f.all.merged_through() == 1);
  CHECK(f.all.merges_next());
  const auto merge = f.sent().get<wire::merge_segments>();
  CHECK(merge.source == f.transient(1));
  CHECK(merge.updates == std::vector<wire::attribute_update>{{f.writer_id, 4, 2, 1}});
  CHECK(f.merged(1).value() == large_appends::answer::merged);
  CHECK(f.all.merged_through() == 2);
  // Nothing follows: the writer's state is renewed.
  CHECK(f.sent().get<wire::setup_append>() ==
        wire::setup_append{f.id(1), f.writer_id, f.name, "token"});
  CHECK_FALSE(f.all.empty());
  CHECK(f.reply(wire::append_setup{f.id(1), f.name, f.writer_id, 2}).value() ==
        large_appends::answer::renewed);
  CHECK(f.all.empty());
}

TEST_CASE("nothing is renewed before another large event", "[large_appends]") {
  large_appends_fixture f{2};
  f.begin_storing(0);
  f.store_all(0);
  (void)f.sent();
  CHECK(f.merged(0, true).value() == large_appends::answer::merged);
  CHECK(f.all.empty());
  CHECK_FALSE(f.all.has_frame());
  CHECK(f.all.takes_next());
}

TEST_CASE("one that begins while the state is renewed is merged behind it", "[large_appends]") {
  large_appends_fixture f{2};
  f.begin_storing(0);
  f.store_all(0);
  (void)f.sent();
  REQUIRE(f.merged(0));
  CHECK(f.sends() == wire::setup_append::code);
  f.begin_storing(1);
  f.store_all(1);
  CHECK_FALSE(f.all.has_frame());
  REQUIRE(f.reply(wire::append_setup{f.id(0), f.name, f.writer_id, 1}));
  CHECK(f.sent().get<wire::merge_segments>().updates ==
        std::vector<wire::attribute_update>{{f.writer_id, 4, 2, 1}});
}

TEST_CASE("no more than four are under way, and none shares an id with another",
          "[large_appends]") {
  large_appends_fixture f{6};
  std::set<std::int64_t> ids;
  for (std::int64_t slot = 0; slot < 4; ++slot) {
    f.begin();
    ids.insert(f.sent().get<wire::create_transient_segment>().request_id);
    f.created(slot);
    (void)f.sent();
    f.set_up(slot);
    while (slot == 0 && f.all.has_frame())
      (void)f.sent();
  }
  CHECK(ids == std::set<std::int64_t>{f.id(0), f.id(1), f.id(2), f.id(3)});
  CHECK_FALSE(f.all.takes_next());
  for (std::int64_t part = 0; part < 4; ++part)
    f.stored(0, part), (void)f.codes();
  REQUIRE(f.merged(0));
  // The place of the first one is free.
  f.begin();
  bool created = false;
  while (!created && f.all.has_frame()) {
    const auto frame = f.sent();
    created = f.code == wire::create_transient_segment::code;
    if (created) CHECK(frame.get<wire::create_transient_segment>().request_id == f.id(0));
  }
  CHECK(created);
}

TEST_CASE("after a refusal nothing leaves, and a merge still counts", "[large_appends]") {
  large_appends_fixture f{3};
  f.begin_storing(0);
  f.store_all(0);
  (void)f.sent();
  f.begin();
  (void)f.sent();
  const auto refused = f.reply(wire::no_such_segment{f.id(1), f.name, "", -1});
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::server_error);
  CHECK_FALSE(f.all.merge_refused());
  CHECK_FALSE(f.all.takes_next());
  CHECK(f.merged(0, true).value() == large_appends::answer::merged);
  CHECK(f.all.merged_through() == 1);
  CHECK_FALSE(f.all.has_frame());
  CHECK_FALSE(f.all.takes_next());
  CHECK_FALSE(f.all.empty());
  f.all.clear();
  CHECK(f.all.empty());
  CHECK(f.all.takes_next());
}

TEST_CASE("an answer to nobody is a violation", "[large_appends]") {
  large_appends_fixture f{1};
  f.begin();
  (void)f.sent();
  const auto refused = f.reply(wire::segment_created{f.id(7), f.transient(0)});
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::protocol_violation);
}

TEST_CASE("the refusal of the first merge is told", "[large_appends]") {
  large_appends_fixture f{1};
  f.begin_storing(0);
  f.store_all(0);
  (void)f.sent();
  REQUIRE_FALSE(f.reply(wire::segment_is_sealed{f.id(0), f.transient(0), "", -1}));
  CHECK(f.all.merge_refused());
}
