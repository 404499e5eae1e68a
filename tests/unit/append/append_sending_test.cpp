// Which thread sends: one at a time, and others leave their blocks to it.
#include <functional>

#include "support/catch.hpp"
#include "unit/append/append_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using texts = std::vector<std::string>;

namespace {

/// Calls back from within `send`, as if another thread came by at that moment.
class interrupted_port final : public connection_port {
 public:
  std::function<void(const std::string& first_event)> during_send;
  texts sent;
  int depth = 0;
  int deepest = 0;

  std::shared_ptr<connection> connect(const endpoint&, duration,
                                      std::shared_ptr<connection_handler>) override {
    return std::make_shared<line>(*this);
  }
  std::size_t open_connections() const override { return 0; }

 private:
  struct line final : connection {
    interrupted_port& to;
    bool open = true;
    explicit line(interrupted_port& port) : to{port} {}
    void send(std::span<const shared_bytes> parts) override {
      sent_frame frame;
      for (const auto& part : parts)
        frame.payload.insert(frame.payload.end(), part.view.begin(), part.view.end());
      frame.type = wire::load_big_endian<std::int32_t>(frame.payload.data());
      frame.payload.erase(frame.payload.begin(), frame.payload.begin() + 8);
      if (!open || !frame.is_block()) return;
      to.deepest = std::max(to.deepest, ++to.depth);
      const auto first = frame.events().front();
      to.sent.push_back(first);
      if (to.during_send) to.during_send(first);
      --to.depth;
    }
    std::size_t unsent_bytes() const override { return 0; }
    void close() override { open = false; }
  };
};

struct interrupted_fixture : append_channel_fixture {
  interrupted_port port;
  explicit interrupted_fixture(std::size_t window = 4)
      : append_channel_fixture{{9, window, 1}} {}
  void reopen(std::int64_t stored) {
    session_now =
        std::make_shared<session>(endpoint{"store", 1}, true, std::make_shared<buffer_pool>(),
                                  append_peer::ignore_notices(), clock_type::now);
    session_now->open(port, seconds{1});
    REQUIRE(channel->use(generation, session_now));
    REQUIRE(channel->resume(generation, stored));
  }
};

}  // namespace

TEST_CASE("who comes while another thread sends leaves the block to it", "[append_channel]") {
  interrupted_fixture f;
  f.reopen(nothing_stored);
  f.write("a");
  f.acknowledge(1);
  f.port.during_send = [&](const std::string& first) {
    if (first == "b") f.write("c");
    if (first == "c") f.write("d");
  };
  f.write("b");
  CHECK(f.port.sent == texts{"a", "b", "c", "d"});
  CHECK(f.port.deepest == 1);
}

TEST_CASE("an acknowledgement during a send opens the window for it", "[append_channel]") {
  interrupted_fixture f;
  f.reopen(nothing_stored);
  f.port.during_send = [&](const std::string& first) {
    if (first == "a") f.write("b");
    if (first == "a") f.acknowledge(1);
  };
  f.write("a");
  CHECK(f.port.sent == texts{"a", "b"});
  CHECK(f.owner->durable == std::vector<std::uint64_t>{1});
}

TEST_CASE("a session that is replaced during a send gets everything again",
          "[append_channel]") {
  interrupted_fixture f;
  f.reopen(nothing_stored);
  f.write("a");
  f.acknowledge(1);
  bool once = true;
  f.port.during_send = [&](const std::string& first) {
    if (first == "b" && std::exchange(once, false)) f.reopen(1);
  };
  f.write("b");
  CHECK(f.port.sent == texts{"a", "b", "b"});
  CHECK(f.port.deepest == 1);
  f.acknowledge(2);
  CHECK(f.owner->durable == std::vector<std::uint64_t>{1, 2});
  f.write("c");
  CHECK(f.port.sent.back() == "c");
}

TEST_CASE("a session that ends during a send stops the sending", "[append_channel]") {
  interrupted_fixture f;
  f.reopen(nothing_stored);
  f.write("a");
  f.acknowledge(1);
  f.port.during_send = [&](const std::string& first) {
    if (first != "b") return;
    f.write("c");
    f.session_now->on_closed(errc::connection_lost);
  };
  f.write("b");
  CHECK(f.port.sent == texts{"a", "b"});
  f.port.during_send = nullptr;
  f.reopen(1);
  f.acknowledge(2);
  CHECK(f.port.sent == texts{"a", "b", "b", "c"});
}

TEST_CASE("one thread sends a few blocks in a row, the next acknowledgement's the others",
          "[append_channel]") {
  interrupted_fixture f{16};
  f.reopen(nothing_stored);
  f.write("a");
  f.acknowledge(1);
  f.port.during_send = [&](const std::string& first) {
    if (first != "b") return;
    for (const char* each : {"c", "d", "e", "f", "g"})
      f.write(each);
  };
  f.write("b");
  CHECK(f.port.sent == texts{"a", "b", "c", "d", "e"});
  f.acknowledge(2);
  CHECK(f.port.sent == texts{"a", "b", "c", "d", "e", "f", "g"});
}

TEST_CASE("a thread goes on when no acknowledgement will come", "[append_channel]") {
  interrupted_fixture f{16};
  f.reopen(nothing_stored);
  f.write("a");
  f.acknowledge(1);
  f.port.during_send = [&](const std::string& first) {
    if (first == "b")
      for (const char* each : {"c", "d", "e", "f", "g"})
        f.write(each);
    if (first == "e") f.acknowledge(5);
  };
  f.write("b");
  CHECK(f.port.sent == texts{"a", "b", "c", "d", "e", "f"});
  f.acknowledge(6);
  CHECK(f.port.sent.back() == "g");
}
