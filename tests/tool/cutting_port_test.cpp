// The port whose connections the demo cuts.
#include "demo/cutting_port.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::tool;

namespace {

/// A connection without a network.
class inner_connection final : public connection {
 public:
  explicit inner_connection(std::shared_ptr<connection_handler> handler)
      : handler_{std::move(handler)} {}
  void send(std::span<const shared_bytes> parts) override {
    for (const auto& each : parts)
      sent += as_text(each.view);
  }
  [[nodiscard]] std::size_t unsent_bytes() const override { return 7; }
  void close() override {
    closed = true;
    handler_.reset();
  }
  void receive(std::string_view text) const {
    const auto room = handler_->receive_buffer();
    REQUIRE(room.size() >= text.size());
    std::memcpy(room.data(), text.data(), text.size());
    handler_->on_received(text.size());
  }
  [[nodiscard]] std::shared_ptr<connection_handler> handler() const { return handler_; }

  std::string sent;
  bool closed = false;

 private:
  std::shared_ptr<connection_handler> handler_;
};

class inner_port final : public connection_port {
 public:
  std::shared_ptr<connection> connect(const endpoint&, duration,
                                      std::shared_ptr<connection_handler> handler) override {
    made.push_back(std::make_shared<inner_connection>(std::move(handler)));
    return made.back();
  }
  [[nodiscard]] std::size_t open_connections() const override { return made.size(); }
  std::vector<std::shared_ptr<inner_connection>> made;
};

struct user final : connection_handler {
  void on_connected() override { ++connected; }
  std::span<std::byte> receive_buffer() override { return buffer; }
  void on_received(std::size_t count) override {
    received += as_text(byte_view{buffer}.first(count));
  }
  void on_closed(const error& reason) override {
    ++closed;
    code = reason.code();
  }
  std::array<std::byte, 64> buffer{};
  std::string received;
  int connected = 0;
  int closed = 0;
  errc code = errc::internal_error;
};

struct fixture {
  std::shared_ptr<inner_port> inner = std::make_shared<inner_port>();
  cutting_port port{inner};
  std::shared_ptr<user> application = std::make_shared<user>();
  std::shared_ptr<connection> open = port.connect({"h", 1}, seconds{1}, application);
  inner_connection& wire() { return *inner->made.front(); }
};

}  // namespace

TEST_CASE("cutting port: passes everything through") {
  fixture f;
  f.wire().handler()->on_connected();
  CHECK(f.application->connected == 1);
  const auto part = shared_bytes::copy_of(as_bytes("hello"));
  f.open->send(std::span{&part, 1});
  CHECK(f.wire().sent == "hello");
  CHECK(f.open->unsent_bytes() == 7);
  f.wire().receive("answer");
  CHECK(f.application->received == "answer");
  CHECK(f.port.open_connections() == 1);
  f.wire().handler()->on_closed(errc::io_error);
  CHECK(f.application->closed == 1);
  CHECK(f.application->code == errc::io_error);
}

TEST_CASE("cutting port: a cut closes once and tells the user once") {
  fixture f;
  const auto handler = f.wire().handler();
  handler->on_connected();
  CHECK(f.port.cut() == 1);
  CHECK(f.wire().closed);
  CHECK(f.application->closed == 1);
  CHECK(f.application->code == errc::connection_lost);
  CHECK(f.port.cut() == 0);
  // What the network still says is not passed on.
  handler->on_connected();
  CHECK_FALSE(handler->receive_buffer().empty());
  handler->on_received(1);
  handler->on_closed(errc::io_error);
  CHECK(f.application->connected == 1);
  CHECK(f.application->received.empty());
  CHECK(f.application->closed == 1);
  const auto part = shared_bytes::copy_of(as_bytes("late"));
  f.open->send(std::span{&part, 1});
  CHECK(f.wire().sent.empty());
}

TEST_CASE("cutting port: bytes that arrive over a cut are dropped") {
  fixture f;
  const auto handler = f.wire().handler();
  const auto room = handler->receive_buffer();
  CHECK_FALSE(room.empty());
  f.port.cut();
  handler->on_received(1);
  CHECK(f.application->received.empty());
}

TEST_CASE("cutting port: a closed connection is not cut") {
  fixture f;
  f.open->close();
  CHECK(f.wire().closed);
  CHECK(f.port.cut() == 0);
  CHECK(f.application->closed == 0);
}

TEST_CASE("cutting port: all connections are cut, gone ones are forgotten") {
  fixture f;
  auto second = f.port.connect({"h", 2}, seconds{1}, f.application);
  CHECK(f.port.cut() == 2);
  f.open.reset();
  second.reset();
  f.inner->made.clear();
  CHECK(f.port.cut() == 0);
}
