// Appends whose data comes in a block first.
#include "interop/behaviour/store_client.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

namespace {

std::string frame_text(std::int32_t type, std::string_view payload) {
  return std::string{as_text(raw_frame(type, payload))};
}

/// A connection with one writer that is set up.
struct writing {
  store_client client;
  std::string segment = client.new_segment();
  uuid writer = new_uuid();

  writing() { client.setup(segment, writer); }
  void block(std::string_view data) { client.send(wire::append_block{writer, bytes_of(data)}); }
  void end(std::size_t whole, std::string_view rest, std::int32_t events = 1,
           std::int64_t number = 1) {
    client.send(wire::append_block_end{writer, static_cast<std::int32_t>(whole), bytes_of(rest),
                                       events, number, 1});
  }
  std::string stored() {
    store_client reader;
    return reader.read_all(segment);
  }
};

}  // namespace

TEST_CASE("A block of whole events is stored as it is", "[append][block]") {
  writing on;
  const auto data = event_text("one") + event_text("two");
  on.block(data);
  on.end(data.size(), {}, 2, 2);
  CHECK(on.client.acknowledged(2).current_segment_write_offset ==
        static_cast<std::int64_t>(data.size()));
  CHECK(on.stored() == data);
}

TEST_CASE("Behind a block of whole events the data of its end is lost", "[append][block]") {
  writing on;
  const auto first = GENERATE(std::string{}, event_text("one"));
  on.block(first);
  on.end(first.size(), event_text("two"), 2, 2);
  CHECK(on.client.acknowledged(2).current_segment_write_offset ==
        static_cast<std::int64_t>(first.size()));
  CHECK(on.stored() == first);
}

TEST_CASE("An event that a block divides is joined", "[append][block]") {
  writing on;
  const auto whole = event_text("one");
  const auto divided = event_text("divided over two frames");
  const auto at = GENERATE(std::size_t{1}, std::size_t{8}, std::size_t{20});
  CAPTURE(at);
  on.block(whole + frame_text(wire::partial_event::code, divided.substr(0, at)));
  on.end(whole.size(), divided.substr(at), 2, 2);
  on.client.acknowledged(2);
  CHECK(on.stored() == whole + divided);
}

TEST_CASE("A block may hold no more than the first part of an event", "[append][block]") {
  writing on;
  const auto divided = event_text("divided over two frames");
  on.block(frame_text(wire::partial_event::code, divided.substr(0, 12)));
  on.end(0, divided.substr(12));
  on.client.acknowledged(1);
  CHECK(on.stored() == divided);
}

TEST_CASE("Padding at the end of a block is not stored", "[append][block]") {
  writing on;
  const auto whole = event_text("one");
  const auto zeros = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{100});
  CAPTURE(zeros);
  on.block(whole + frame_text(wire::padding::code, std::string(zeros, '\0')));
  on.end(whole.size(), {});
  on.client.acknowledged(1);
  CHECK(on.stored() == whole);
}

TEST_CASE("Without a block the number of whole bytes is ignored", "[append][block]") {
  writing on;
  const auto data = event_text("one");
  on.end(GENERATE(std::size_t{0}, std::size_t{3}, std::size_t{1000}), data);
  on.client.acknowledged(1);
  CHECK(on.stored() == data);
}

TEST_CASE("No other append may come between a block and its end", "[append][block]") {
  writing on;
  on.block(event_text("one"));
  SECTION("no set-up") {
    on.client.send(wire::setup_append{1, new_uuid(), on.segment, {}});
  }
  SECTION("no block") {
    on.block(event_text("two"));
  }
  SECTION("no end of another writer's") {
    on.client.send(wire::append_block_end{new_uuid(), 0, {}, 1, 1, 1});
  }
  SECTION("no conditional append") {
    on.client.send(wire::conditional_append{on.writer, 1, 0, bytes_of("x"), 1});
  }
  SECTION("no conditional block") {
    on.client.send(wire::conditional_block_end{on.writer, 1, 0, bytes_of("x"), 1});
  }
  SECTION("no padding") {
    on.client.send_bytes(raw_frame(wire::padding::code, "1234"));
  }
  SECTION("no part of an event") {
    on.client.send_bytes(raw_frame(wire::partial_event::code, "1234"));
  }
  SECTION("no event") {
    on.client.send_bytes(raw_frame(wire::event::code, "1234"));
  }
  CHECK(on.client.closes());
  CHECK(on.stored().empty());
}

TEST_CASE("What is no append may come between a block and its end", "[append][block]") {
  writing on;
  const auto data = event_text("one");
  on.block(data);
  CHECK(on.client.is_alive());
  CHECK(on.client.info(on.segment).write_offset == 0);
  on.client.ask<wire::hello>(wire::hello{16, 5});
  on.end(data.size(), {});
  on.client.acknowledged(1);
  CHECK(on.stored() == data);
}

TEST_CASE("What follows the first frame behind the whole events is ignored",
          "[append][block]") {
  writing on;
  const auto whole = event_text("one");
  SECTION("behind padding") {
    on.block(whole + frame_text(wire::padding::code, {}) + "ignored");
    on.end(whole.size(), {});
    on.client.acknowledged(1);
    CHECK(on.stored() == whole);
  }
  SECTION("behind the first part of an event") {
    const auto divided = event_text("two");
    on.block(whole + frame_text(wire::partial_event::code, divided.substr(0, 4)) + "ignored");
    on.end(whole.size(), divided.substr(4), 2, 2);
    on.client.acknowledged(2);
    CHECK(on.stored() == whole + divided);
  }
}

TEST_CASE("A block that its end does not describe ends the connection", "[append][block]") {
  writing on;
  const auto whole = event_text("one");
  SECTION("more whole bytes than the block has") {
    on.block(whole);
    on.end(whole.size() + 1, {});
  }
  SECTION("a negative number of whole bytes") {
    on.block(whole);
    on.client.send(wire::append_block_end{on.writer, -1, {}, 1, 1, 1});
  }
  SECTION("a rest whose length is too large") {
    const auto rest = frame_text(wire::partial_event::code, "four");
    on.block(whole + rest.substr(0, rest.size() - 1));
    on.end(whole.size(), "rest");
  }
  SECTION("a rest that is no frame") {
    on.block(whole + "rest");
    on.end(whole.size(), {});
  }
  SECTION("data behind padding") {
    on.block(whole + frame_text(wire::padding::code, "    "));
    on.end(whole.size(), event_text("two"));
  }
  SECTION("a rest of another type") {
    on.block(whole + frame_text(wire::keep_alive::code, {}));
    on.end(whole.size(), {});
  }

  CHECK(on.client.closes());
  CHECK(on.stored().empty());
}

TEST_CASE("An append must hold an event", "[append][block]") {
  writing on;
  on.end(0, event_text("one"), GENERATE(0, -1));
  CHECK(on.client.closes());
  CHECK(on.stored().empty());
}

TEST_CASE("A block without a set-up ends the connection", "[append][block]") {
  store_client client;
  client.send(wire::append_block{new_uuid(), bytes_of(event_text("one"))});
  CHECK(client.closes());
}

}  // namespace pravega_actor::behaviour
