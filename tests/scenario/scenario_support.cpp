#include "scenario/scenario_support.hpp"

#include <algorithm>

#include "wire/big_endian.hpp"

namespace pravega_actor::scenario {

using namespace internal;

/// A connection to a peer that answers by a script.
class switched_network::scripted final
    : public connection,
      public std::enable_shared_from_this<switched_network::scripted> {
 public:
  scripted(simulation& world, peer_script script, std::shared_ptr<connection_handler> handler,
           std::shared_ptr<std::size_t> open)
      : world_{world},
        script_{std::move(script)},
        handler_{std::move(handler)},
        open_{std::move(open)} {
    ++*open_;
  }
  void establish() {
    world_.after(milliseconds{1}, [me = shared_from_this()] {
      if (auto handler = me->handler_) handler->on_connected();
    });
  }
  void refuse(const error& why) {
    world_.after(milliseconds{1}, [me = shared_from_this(), why] {
      auto handler = me->handler_;
      me->close();
      if (handler) handler->on_closed(why);
    });
  }
  void send(std::span<const shared_bytes> parts) override {
    if (!handler_) return;
    std::vector<std::byte> frame;
    for (const auto& part : parts)
      frame.insert(frame.end(), part.view.begin(), part.view.end());
    const auto type = wire::load_big_endian<std::int32_t>(frame.data());
    auto reply = script_(type, byte_view{frame}.subspan(8));
    if (reply.empty()) return;
    world_.after(milliseconds{1},
                 [me = shared_from_this(), reply = std::move(reply)] { me->receive(reply); });
  }
  std::size_t unsent_bytes() const override { return 0; }
  void close() override {
    if (std::exchange(handler_, nullptr)) --*open_;
  }

 private:
  void receive(byte_view bytes) {
    while (handler_ && !bytes.empty()) {
      auto handler = handler_;
      const auto room = handler->receive_buffer();
      const auto count = std::min(room.size(), bytes.size());
      std::copy_n(bytes.begin(), count, room.begin());
      handler->on_received(count);
      bytes = bytes.subspan(count);
    }
  }
  simulation& world_;
  const peer_script script_;
  std::shared_ptr<connection_handler> handler_;
  const std::shared_ptr<std::size_t> open_;
};

/// Between a connection and its handler: counts, and drops what comes when it is mute.
class switched_network::relay final : public connection_handler, public connection {
 public:
  relay(switched_network& of, std::shared_ptr<connection_handler> handler)
      : of_{of}, handler_{std::move(handler)} {}
  std::optional<lost> mute;
  std::shared_ptr<connection> inner;

  void on_connected() override { handler_->on_connected(); }
  std::span<std::byte> receive_buffer() override { return handler_->receive_buffer(); }
  void on_received(std::size_t count) override {
    if (!mute || mute == lost::requests) handler_->on_received(count);
  }
  void on_closed(const error& reason) override { handler_->on_closed(reason); }
  void send(std::span<const shared_bytes> parts) override {
    if (mute && mute != lost::answers) return;
    const auto type = wire::load_big_endian<std::int32_t>(parts.front().view.data());
    if (of_.on_frame && !of_.on_frame(type)) return;
    for (const auto& part : parts)
      of_.bytes_sent += part.size();
    inner->send(parts);
  }
  std::size_t unsent_bytes() const override { return 0; }
  void close() override { inner->close(); }

 private:
  switched_network& of_;
  const std::shared_ptr<connection_handler> handler_;
};

switched_network::switched_network(simulation& world, std::shared_ptr<connection_port> inner)
    : world_{world}, inner_{std::move(inner)} {}

std::shared_ptr<connection> switched_network::connect(
    const endpoint& to, duration timeout, std::shared_ptr<connection_handler> handler) {
  ++made;
  if (script) {
    auto line = std::make_shared<scripted>(world_, script, std::move(handler), open_scripted_);
    line->establish();
    return line;
  }
  if (refuses) {
    auto line = std::make_shared<scripted>(world_, nullptr, std::move(handler), open_scripted_);
    line->refuse(error{errc::segment_store_unreachable, "refused"}
                     .with_stage(stage::connect)
                     .with_segment_store(to.to_string()));
    return line;
  }
  auto between = std::make_shared<relay>(*this, std::move(handler));
  between->inner = inner_->connect(to, timeout, between);
  relays_.push_back(between);
  return between;
}

std::size_t switched_network::open_connections() const {
  return inner_->open_connections() + *open_scripted_;
}

void switched_network::mute(lost what) {
  for (const auto& held : relays_)
    if (auto each = held.lock(); each && !each->mute) each->mute = what;
}

client_world::client_world(const config& settings, std::int32_t segments,
                           const fault_plan& plan,
                           const pravega_sandbox::simulation_options& options)
    : world{1, plan, options}, actors_before{world.live_actors()} {
  auto ports = world.ports();
  controller = std::make_shared<switched_controller>(world, ports.controller);
  network = std::make_shared<switched_network>(world, ports.connections);
  world.create_stream(stream, segments);
  user = *make_client(world.system(), settings, {ports.env, network, controller});
  user->subscribe([this](const library_event& e) { happened.push_back(e); });
}

client_world::~client_world() {
  if (!user) return;
  user->close_async(seconds{1}, [](const client_close_report&) {});
  world.run_for(seconds{60});
  user.reset();
}

std::optional<result<event_writer>> client_world::try_open(const scoped_stream& which,
                                                           duration limit) {
  auto opened = std::make_shared<std::optional<result<event_writer>>>();
  user->create_writer_async(
      which, user->default_writer_options(),
      [opened](result<event_writer> r) { opened->emplace(std::move(r)); });
  world.run_until([&] { return opened->has_value(); }, limit);
  return std::move(*opened);
}

event_writer client_world::open() {
  return open(user->default_writer_options());
}

event_writer client_world::open(const writer_options& options) {
  auto opened = std::make_shared<std::optional<result<event_writer>>>();
  user->create_writer_async(
      stream, options, [opened](result<event_writer> r) { opened->emplace(std::move(r)); });
  REQUIRE(world.run_until([&] { return opened->has_value(); }, seconds{100}));
  REQUIRE(opened->value().has_value());
  return std::move(**opened->operator->());
}

texts client_world::stored() const {
  texts all;
  for (const auto& name : world.segments_of(stream))
    for (auto& event : world.events_of(name))
      all.push_back(std::move(event));
  return all;
}

std::size_t client_world::count(event_kind kind, std::string_view path) const {
  return static_cast<std::size_t>(
      std::count_if(happened.begin(), happened.end(), [&](const library_event& e) {
        return e.kind == kind && e.path.find(path) != std::string::npos;
      }));
}

client_close_report client_world::close_client(duration timeout) {
  std::optional<client_close_report> report;
  user->close_async(timeout, [&](const client_close_report& r) { report = r; });
  REQUIRE(world.run_until([&] { return report.has_value(); }, timeout + seconds{30}));
  return *report;
}

void client_world::finish() {
  // Its outcome is that of the writers, which some tests let fail.
  (void)close_client();
  user.reset();
  // Timers that are still armed keep their actors.
  world.run_for(seconds{400});
  CHECK(world.open_connections() == 0);
  CHECK(network->open_connections() == 0);
  CHECK(world.live_actors() == actors_before);
}

texts all_ok(std::size_t n) {
  texts out;
  for (std::size_t i = 1; i <= n; ++i)
    out.push_back(std::to_string(i) + " ok");
  return out;
}

}  // namespace pravega_actor::scenario
