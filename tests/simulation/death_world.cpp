#include "simulation/death_world.hpp"

#include <algorithm>
#include <utility>

namespace simulation_tests {

using namespace pravega_actor;
using namespace pravega_actor::internal;
using pravega_sandbox::delivery;
using pravega_sandbox::stored_events;

void slow_controller::start(const controller::request& call, duration timeout, callback done) {
  if (call.holds<controller::get_uri>() && !std::exchange(failed_, true)) {
    world_.after(milliseconds{1}, [done = std::move(done)] {
      done(error{errc::controller_unreachable, "not reached once"});
    });
    return;
  }
  if (call.holds<controller::check_scale>() && checks_++ == 0) {
    world_.after(milliseconds{1}, [done = std::move(done)] {
      done(controller::reply{controller::scale_state::in_progress});
    });
    return;
  }
  if (call.holds<controller::scale_stream>() && ++scales_ == 2) {
    inner_->start(call, timeout, [done = std::move(done)](const result<controller::reply>&) {
      done(error{errc::controller_failure, "the answer was lost"});
    });
    return;
  }
  inner_->start(call, timeout, std::move(done));
}

death_world::death_world(pravega_sandbox::simulation& world, attack chosen)
    : world_{world}, actors_before_{world.live_actors()}, ports_{world.ports()} {
  world_.create_stream(stream_, 1);
  const auto port = std::make_shared<hostile::hostile_port>(world_, ports_.connections);
  port->arm(std::move(chosen), hostile::for_ever);
  ports_.connections = port;
  ports_.controller = std::make_shared<slow_controller>(world_, ports_.controller);
  renew_client();
}

bool death_world::has_died(std::string_view actor) const {
  const auto& struck = world_.struck();
  return std::any_of(struck.begin(), struck.end(),
                     [&](const std::string& place) { return place.rfind(actor, 0) == 0; });
}

void death_world::renew_client() {
  close_writer();
  close_reader();
  if (client_) close(*client_);
  config settings;
  settings.restart_intensity_max = 1000;
  client_ =
      std::make_unique<pravega_actor::client>(*make_client(world_.system(), settings, ports_));
}

void death_world::close(pravega_actor::client& which) {
  bool closed = false;
  which.close_async(seconds{60}, [&](const client_close_report&) { closed = true; });
  const auto begin = world_.now();
  if (!world_.run_until([&] { return closed; }, seconds{120}))
    return blame("a client did not close");
  if (world_.now() - begin > seconds{20})
    blame("a client needed " + std::to_string(to_ms(world_.now() - begin)) + " ms to close");
}

bool death_world::open_writer() {
  if (writer_failed_) close_writer();
  if (writer_) return true;
  writer_ = insist<event_writer>(
      "opening a writer",
      [this](auto& from, auto done) {
        from.create_writer_async(stream_, from.default_writer_options(), std::move(done));
      },
      sealed_ ? errc::stream_sealed : errc::internal_error);
  ++writers_;
  return writer_.has_value();
}

void death_world::write_one() {
  // Events of a failed writer may arrive late, so there is no order across writers.
  const auto key = "writer " + std::to_string(writers_);
  const auto event = "event " + std::to_string(++events_);
  history_.sent(key, event);
  const auto done = [this, event](const write_result& r) {
    history_.completed(event, r);
    --open_events_;
    if (!r.durable) writer_failed_ = true;
  };
  ++open_events_;
  if (writer_->try_write(key, as_bytes(event), done)) return;
  --open_events_;
  writer_failed_ = true;
}

void death_world::write(int count) {
  for (int left = count; left > 0; --left) {
    if (!open_writer()) return;
    write_one();
    if (left % 3 == 0) world_.run_for(milliseconds{20});
  }
  if (!world_.run_until([this] { return open_events_ == 0; }, seconds{200}))
    blame(std::to_string(open_events_) + " events were never completed");
  if (writer_failed_) close_writer();
}

void death_world::close_writer() {
  if (!writer_) return;
  std::optional<close_report> report;
  writer_->close_async(seconds{60}, [&](const close_report& got) { report = got; });
  if (!world_.run_until([&] { return report.has_value(); }, seconds{120}))
    return blame("a writer did not close");
  writer_.reset();
  writer_failed_ = false;
  if (report->outcome) return;
  const auto& why = report->outcome.error();
  const bool by_seal = sealed_ && why == errc::stream_sealed;
  const bool by_death = has_died("supervisor") &&
                        (why == errc::retries_exhausted || why == errc::actor_terminated);
  if (!by_seal && !by_death) blame("a writer failed: " + why.to_string());
}

void death_world::seal() {
  sealed_ = world_.control(controller::seal_stream{stream_}).has_value();
  if (!sealed_) blame("the stream cannot be sealed");
}

void death_world::truncate(const stream_cut& to) {
  check_stored(world_.stored_events_of(stream_));
  truncated_ = world_.control(controller::truncate_stream{to}).has_value();
  if (!truncated_) blame("the stream cannot be truncated");
}

void death_world::check_stored(const stored_events& stored) {
  for (auto& each : history_.check_stored(stored))
    blame(std::move(each));
}

bool death_world::take() {
  for (;;) {
    auto next = reader_->try_next();
    if (!next && next.error() == errc::end_of_segment) {
      at_end_ = true;
      return false;
    }
    if (!next) {
      const bool by_death =
          (has_died("supervisor") || has_died("stream_reader")) &&
          (next.error() == errc::retries_exhausted || next.error() == errc::actor_terminated);
      if (!by_death) blame("a reader failed: " + next.error().to_string());
      return false;
    }
    if (!*next) return true;
    if (const auto* slice = std::get_if<event_slice>(&**next))
      for (const auto& event : *slice) {
        history_.processed(as_text(event.payload));
        ++processed_;
      }
    else if (std::holds_alternative<segment_gap>(**next))
      ++gaps_;
    reader_->release();
    position_ = reader_->position();
  }
}

void death_world::read_until(const std::function<bool()>& done) {
  for (int readers = 0; readers < 4 && !done(); ++readers) {
    if (!reader_)
      reader_ = insist<stream_reader>("opening a reader", [this](auto& from, auto answer) {
        auto options = from.default_reader_options();
        if (position_) options.start = *position_;
        from.create_reader_async(stream_, options, std::move(answer));
      });
    if (!reader_) return;
    bool lives = true;
    (void)world_.run_until([&] { return !(lives = take()) || done(); }, seconds{200});
    if (lives && !done()) return blame("a reader gets nothing more");
    if (!lives) close_reader();
  }
  if (!done()) blame("each reader failed");
}

void death_world::read_until_all_is_read() {
  std::size_t stored = 0;
  for (const auto& segment : world_.stored_events_of(stream_))
    stored += segment.size();
  read_until([&] { return processed_ >= stored; });
}

void death_world::read_to_the_end() {
  read_until([this] { return at_end_; });
}

void death_world::close_reader() {
  if (reader_) reader_->close();
  reader_.reset();
}

std::vector<std::string> death_world::end() {
  close_writer();
  close_reader();
  close(*client_);
  client_.reset();
  world_.run_for(seconds{150});
  const auto stored = world_.stored_events_of(stream_);
  if (!truncated_) check_stored(stored);
  for (auto& each : history_.check_processed(stored, delivery::exactly_once))
    blame(std::move(each));
  if (world_.open_connections() != 0) blame("connections are left");
  if (world_.live_actors() != actors_before_)
    blame(std::to_string(world_.live_actors() - actors_before_) + " actors are left");
  return trouble_;
}

}  // namespace simulation_tests
