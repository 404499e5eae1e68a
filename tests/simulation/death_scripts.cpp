#include "simulation/death_world.hpp"

namespace simulation_tests {

using namespace pravega_actor;
using namespace pravega_actor::internal;
using hostile::attack;
using hostile::line;

namespace {

/// How often the store will still misbehave.
struct store_faults_left {
  /// Appends at which it ends the connection.
  int appends = 2;
  /// Reads whose token it calls expired.
  int expired_reads = 1;
  /// Reads that it answers without data.
  int empty_reads = 2;
  /// Questions at which it ends the connection.
  int questions = 1;
  /// Questions whose token it calls expired.
  int expired_questions = 1;
  /// Questions about a segment that it says it does not have.
  int unknown_segments = 1;
};

bool meet_read(store_faults_left& left, line& on, const wire::frame& frame) {
  const auto request = *wire::decode_as<wire::read_segment>(frame.payload);
  if (left.expired_reads-- > 0) {
    on.reply(wire::auth_token_check_failed{
        request.request_id, {}, wire::token_error::token_expired});
    return true;
  }
  if (left.empty_reads-- <= 0) return false;
  on.reply(wire::segment_read{
      request.segment, request.offset, false, false, {}, request.request_id});
  return true;
}

bool meet_question(store_faults_left& left, line& on, const wire::frame& frame) {
  const auto request = *wire::decode_as<wire::get_stream_segment_info>(frame.payload);
  if (left.questions-- > 0) {
    on.hang_up();
    return true;
  }
  if (left.expired_questions-- > 0) {
    on.reply(wire::auth_token_check_failed{
        request.request_id, {}, wire::token_error::token_expired});
    return true;
  }
  if (left.unknown_segments-- <= 0) return false;
  on.reply(wire::no_such_segment{request.request_id, request.segment, {}, -1});
  return true;
}

/// Questions count only while a reader opens at the tail: at other times writers ask them.
attack each_once(const std::shared_ptr<bool>& tail_is_asked) {
  const auto left = std::make_shared<store_faults_left>();
  return {"each once", nullptr,
          [left, tail_is_asked](line& on, const wire::frame& frame) {
            if (frame.type == wire::read_segment::code) return meet_read(*left, on, frame);
            if (frame.type == wire::get_stream_segment_info::code && *tail_is_asked)
              return meet_question(*left, on, frame);
            if (frame.type != wire::append_block_end::code || left->appends-- <= 0)
              return false;
            on.hang_up();
            return true;
          },
          nullptr};
}

attack none() {
  return {"none", nullptr, nullptr, nullptr};
}

void scale(death_world& app, std::int32_t segments) {
  (void)app.insist<stream_scaled>("scaling", [&](auto& client, auto done) {
    client.streams().scale_to_async(app.stream(), segments, seconds{60}, std::move(done));
  });
}

void open_and_refuse(death_world& app, bool& tail_is_asked) {
  tail_is_asked = true;
  auto tail =
      app.insist<stream_reader>("opening a reader at the tail", [&](auto& client, auto done) {
        reader_options options;
        options.start = read_from_tail{};
        client.create_reader_async(app.stream(), options, std::move(done));
      });
  tail_is_asked = false;
  if (tail) tail->close();
  const auto nowhere = app.insist<stream_reader>(
      "opening a reader of no stream",
      [&](auto& client, auto done) {
        client.create_reader_async({"scope", "nowhere"}, {}, std::move(done));
      },
      errc::stream_not_found);
  if (nowhere) app.blame("a reader of no stream was opened");
}

}  // namespace

std::vector<std::string> write_scale_and_seal(pravega_sandbox::simulation& world) {
  const auto tail_is_asked = std::make_shared<bool>(false);
  death_world app{world, each_once(tail_is_asked)};
  app.write(6);
  app.read_until_all_is_read();
  scale(app, 2);
  app.write(6);
  scale(app, 1);
  app.write(6);
  app.read_until_all_is_read();
  open_and_refuse(app, *tail_is_asked);
  // KeepAlives.
  world.run_for(seconds{3});
  app.write(3);
  app.seal();
  app.write(3);
  app.read_to_the_end();
  return app.end();
}

std::vector<std::string> read_over_gaps(pravega_sandbox::simulation& world) {
  death_world app{world, none()};
  const segment_id old{0, 0};
  app.write(4);
  if (!world.split(app.stream(), old)) app.blame("no split");
  app.write(8);
  std::map<segment_id, std::int64_t> cut;
  std::map<segment_id, std::int64_t> start{{old, 0}};
  for (const auto& each : world.current_segments(app.stream())) {
    const auto name = segment{app.stream(), each.id}.to_string();
    const auto events = world.events_of(name);
    // Behind the first event.
    cut[each.id] = events.empty() ? 0 : static_cast<std::int64_t>(8 + events.front().size());
  }
  app.truncate({app.stream(), cut});
  // For this reader the truncation is an error.
  auto strict =
      app.insist<stream_reader>("opening a strict reader", [&](auto& client, auto done) {
        reader_options options;
        options.start = stream_cut{app.stream(), start};
        options.on_truncation = truncation_policy::fail;
        client.create_reader_async(app.stream(), options, std::move(done));
      });
  if (strict) {
    const auto failed = [&] { return !strict->try_next().has_value(); };
    if (!world.run_until(failed, seconds{200})) app.blame("a strict reader read on");
    strict->close();
  }
  app.start_at({app.stream(), start});
  app.read_until_all_is_read();
  if (app.gaps() == 0) app.blame("no gap was reported");
  return app.end();
}

}  // namespace simulation_tests
