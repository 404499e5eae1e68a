// An application that carries on, step by step, although an actor of its client dies.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hostile/hostile_store.hpp"
#include "pravega_sandbox/simulation.hpp"

namespace simulation_tests {

/// A controller that cannot be reached for the first `get_uri`, whose first scale takes time,
/// and whose answer to the second scale is lost.
class slow_controller final : public pravega_actor::controller_port {
 public:
  slow_controller(pravega_sandbox::simulation& world,
                  std::shared_ptr<pravega_actor::controller_port> inner)
      : world_{world}, inner_{std::move(inner)} {}
  void start(const pravega_actor::controller::request& call, pravega_actor::duration timeout,
             callback done) override;
  void shut_down() override { inner_->shut_down(); }
  [[nodiscard]] std::string address() const override { return inner_->address(); }

 private:
  pravega_sandbox::simulation& world_;
  const std::shared_ptr<pravega_actor::controller_port> inner_;
  bool failed_ = false;
  int scales_ = 0;
  int checks_ = 0;
};

/// One stream, one client at a time, a writer and a reader. The application repeats what fails.
/// A failure is a fault unless an actor has died whose death the application sees.
class death_world {
 public:
  using attack = pravega_actor::hostile::attack;

  death_world(pravega_sandbox::simulation& world, attack chosen);
  death_world(const death_world&) = delete;
  death_world& operator=(const death_world&) = delete;
  ~death_world() = default;

  [[nodiscard]] pravega_actor::client& client() { return *client_; }
  [[nodiscard]] const pravega_actor::scoped_stream& stream() const { return stream_; }
  void write(int count);
  void seal();
  /// Once; nothing may be written after it.
  void truncate(const pravega_actor::stream_cut& to);
  /// Starts where the last reader ended; the first one starts at the head.
  void read_until_all_is_read();
  /// Until the reader says that the stream is at its end.
  void read_to_the_end();
  void start_at(pravega_actor::stream_cut cut) { position_ = std::move(cut); }
  void close_reader();
  /// Closes everything; returns the faults found.
  [[nodiscard]] std::vector<std::string> end();

  /// Calls `start(client, callback)` until it succeeds or fails with the expected error. `what`
  /// names it in reports.
  template <class T, class Start>
  std::optional<T> insist(const std::string& what, Start start,
                          pravega_actor::errc expected = pravega_actor::errc::internal_error);
  void blame(std::string what) { trouble_.push_back(std::move(what)); }
  /// Has an actor of this name died so far?
  [[nodiscard]] bool has_died(std::string_view actor) const;
  [[nodiscard]] std::size_t gaps() const noexcept { return gaps_; }

 private:
  template <class T, class Start>
  std::optional<pravega_actor::result<T>> ask(const std::string& what, Start start);
  void renew_client();
  bool open_writer();
  void write_one();
  void close_writer();
  /// False: the reader is at its end or has failed.
  bool take();
  void read_until(const std::function<bool()>& done);
  void close(pravega_actor::client& which);
  /// All durable events are stored, once each and in order.
  void check_stored(const pravega_sandbox::stored_events& stored);

  pravega_sandbox::simulation& world_;
  const pravega_actor::scoped_stream stream_{"scope", "stream"};
  const std::size_t actors_before_;
  pravega_actor::client_ports ports_;
  std::unique_ptr<pravega_actor::client> client_;
  std::optional<pravega_actor::event_writer> writer_;
  std::optional<pravega_actor::stream_reader> reader_;
  std::optional<pravega_actor::stream_cut> position_;
  pravega_sandbox::event_history history_;
  int events_ = 0;
  int writers_ = 0;
  std::size_t open_events_ = 0;
  std::size_t processed_ = 0;
  std::size_t gaps_ = 0;
  bool writer_failed_ = false;
  bool sealed_ = false;
  bool truncated_ = false;
  bool at_end_ = false;
  std::vector<std::string> trouble_;
};

template <class T, class Start>
std::optional<pravega_actor::result<T>> death_world::ask(const std::string& what, Start start) {
  const auto got = std::make_shared<std::optional<pravega_actor::result<T>>>();
  start(*client_, [got](pravega_actor::result<T> answer) { got->emplace(std::move(answer)); });
  if (world_.run_until([&] { return got->has_value(); }, pravega_actor::seconds{200}))
    return std::move(*got);
  blame(what + " was never answered");
  return std::nullopt;
}

template <class T, class Start>
std::optional<T> death_world::insist(const std::string& what, Start start,
                                     pravega_actor::errc expected) {
  for (int attempt = 0; attempt < 4; ++attempt) {
    auto got = ask<T>(what, start);
    if (!got) return std::nullopt;
    if (*got) return std::move(**got);
    const auto& why = got->error();
    if (why == expected) return std::nullopt;
    world_.note(what + ": " + why.to_string());
    if (!has_died("supervisor") && !has_died("stream_reader") && !has_died("stream_worker")) {
      blame(what + " failed although no actor that it needs has died: " + why.to_string());
      return std::nullopt;
    }
    if (attempt > 0 && has_died("supervisor")) renew_client();
  }
  blame(what + " failed each time");
  return std::nullopt;
}

// The scripts; each returns the faults found.
/// Writes, scales, reads and seals, while the store and the controller fail once in each way.
[[nodiscard]] std::vector<std::string> write_scale_and_seal(pravega_sandbox::simulation& world);
/// Reads over a truncation, and fails at it if the reader's policy says so.
[[nodiscard]] std::vector<std::string> read_over_gaps(pravega_sandbox::simulation& world);
/// Runs supervisors without a client: with children that crash, and one that does not stop.
[[nodiscard]] std::vector<std::string> supervise_crashes(pravega_sandbox::simulation& world);

}  // namespace simulation_tests
