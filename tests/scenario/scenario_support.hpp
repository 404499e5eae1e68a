// What scenarios share: ports that can be switched while the world runs, a client in that
// world, and questions to actors.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/actors.hpp"
#include "pravega_sandbox/simulation.hpp"
#include "support/catch.hpp"

namespace pravega_actor::scenario {

using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;
using texts = std::vector<std::string>;

/// The controller, which may be away, silent, or answer with an error.
class switched_controller final : public controller_port,
                                  public std::enable_shared_from_this<switched_controller> {
 public:
  /// Silent: calls do not arrive. Mute: they are carried out, and no answer arrives.
  enum class mode { through, away, silent, mute };
  mode now = mode::through;
  /// Answered to every call while it is set.
  std::optional<error> refusal;
  /// Changes the controller's answers while it is set.
  std::function<result<controller::reply>(const controller::request&,
                                          const result<controller::reply>&)>
      edit;
  std::size_t calls = 0;

  switched_controller(simulation& world, std::shared_ptr<controller_port> inner)
      : world_{world}, inner_{std::move(inner)} {}

  void start(const controller::request& call, duration timeout, callback done) override {
    ++calls;
    if (refusal) return later(milliseconds{1}, *refusal, std::move(done));
    if (now == mode::through && edit)
      return inner_->start(call, timeout,
                           [change = edit, call, done](const result<controller::reply>& got) {
                             done(change(call, got));
                           });
    if (now == mode::through) return inner_->start(call, timeout, std::move(done));
    const auto fail = [&](errc code, const char* why) {
      return error{code, why}.with_stage(stage::controller_call).with_controller(address());
    };
    if (now == mode::away)
      return later(milliseconds{1}, fail(errc::controller_unreachable, "refused"),
                   std::move(done));
    if (now == mode::mute)
      inner_->start(call, timeout, [](const result<controller::reply>&) {});
    later(timeout, fail(errc::deadline_exceeded, "no answer"), std::move(done));
  }
  void shut_down() override {
    for (auto& [number, done] : std::exchange(open_, {}))
      done(errc::cancelled);
    inner_->shut_down();
  }
  std::string address() const override { return inner_->address(); }

 private:
  void later(duration delay, const error& why, callback done) {
    const auto number = ++last_;
    open_.emplace(number, std::move(done));
    world_.after(delay, [me = weak_from_this(), number, why] {
      auto self = me.lock();
      if (!self) return;
      auto at = self->open_.find(number);
      if (at == self->open_.end()) return;
      auto tell = std::move(at->second);
      self->open_.erase(at);
      tell(why);
    });
  }
  simulation& world_;
  const std::shared_ptr<controller_port> inner_;
  std::map<std::uint64_t, callback> open_;
  std::uint64_t last_ = 0;
};

/// What a scripted peer answers to a frame of a type; empty: nothing.
using peer_script = std::function<std::vector<std::byte>(std::int32_t type, byte_view payload)>;

/// What no longer arrives on a connection that stays open.
enum class lost { both, requests, answers };

/// The network, which may refuse, fall silent, or lead to a scripted peer.
class switched_network final : public connection_port {
 public:
  bool refuses = false;
  /// New connections lead to it while it is set.
  peer_script script;
  /// Called with the type of each frame before it goes on its way; false: it does not.
  std::function<bool(std::int32_t type)> on_frame;
  std::size_t made = 0;
  std::size_t bytes_sent = 0;

  switched_network(simulation& world, std::shared_ptr<connection_port> inner);
  std::shared_ptr<connection> connect(const endpoint& to, duration timeout,
                                      std::shared_ptr<connection_handler> handler) override;
  std::size_t open_connections() const override;
  /// On the connections that exist; for the client its bytes have arrived as before.
  void mute(lost what = lost::both);

 private:
  class scripted;
  class relay;
  simulation& world_;
  const std::shared_ptr<connection_port> inner_;
  std::shared_ptr<std::size_t> open_scripted_ = std::make_shared<std::size_t>(0);
  std::vector<std::weak_ptr<relay>> relays_;
};

/// Runs the world until an actor has answered.
template <class Reply, class Actor, class Message>
std::optional<Reply> ask(simulation& world, const Actor& to, Message what,
                         duration limit = seconds{100}) {
  auto got = std::make_shared<std::optional<Reply>>();
  auto over = std::make_shared<bool>(false);
  world.system().spawn([=](caf::event_based_actor* self) {
    self->request(to, limit, what)
        .then(
            [=](const Reply& reply) {
              *got = reply;
              *over = true;
            },
            [=](const caf::error&) { *over = true; });
  });
  world.run_until([&] { return *over; }, limit + seconds{1});
  return *got;
}

/// A client in a world without faults, unless they are planned or switched on.
struct client_world {
  simulation world;
  std::size_t actors_before;
  std::shared_ptr<switched_controller> controller;
  std::shared_ptr<switched_network> network;
  std::vector<library_event> happened;
  std::optional<client> user;
  const scoped_stream stream{"scope", "stream"};

  explicit client_world(const config& settings = {}, std::int32_t segments = 1,
                        const fault_plan& plan = {},
                        const pravega_sandbox::simulation_options& options = {});
  ~client_world();

  std::optional<result<event_writer>> try_open(const scoped_stream& which,
                                               duration limit = seconds{100});
  event_writer open();
  event_writer open(const writer_options& options);
  /// All events of the stream, segment by segment.
  texts stored() const;
  /// Whether something happened to an actor with this in its path.
  std::size_t count(event_kind kind, std::string_view path = "") const;
  client_close_report close_client(duration timeout = seconds{60});
  /// Closes the client if that was not done, and checks that nothing is left.
  void finish();
};

/// Outcomes as text, in the order in which they came: "1 ok", "2 not_written".
struct outcome_list {
  texts told;
  std::vector<error> errors;
  write_completion sink() {
    return [this](const write_result& outcome) {
      const auto code = outcome.outcome
                            ? std::string{"ok"}
                            : std::string{to_string(outcome.outcome.error().code())};
      told.push_back(std::to_string(outcome.ticket) + " " + code);
      if (!outcome.outcome) errors.push_back(outcome.outcome.error());
    };
  }
};

/// "1 ok", "2 ok" ... "n ok".
texts all_ok(std::size_t n);

}  // namespace pravega_actor::scenario
