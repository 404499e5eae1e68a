// Every call that waits, where nobody may wait: in a completion, and in other callbacks.
#include <functional>
#include <map>
#include <string>

#include "core/access.hpp"
#include "core/rendezvous.hpp"
#include "live_world.hpp"
#include "reader/slice_queue.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

const scoped_stream known{"scope", "stream"};

/// What each waiting call answers here.
std::map<std::string, result<void>> answers(client user, event_writer writer,
                                            stream_reader reader) {
  const auto streams = user.streams();
  const stream_cut cut{known, {{{0, 0}, 0}}};
  const auto of = [](const auto& outcome) -> result<void> {
    if (outcome) return {};
    return outcome.error();
  };
  const auto page = [](const std::vector<std::string>&) { return true; };
  std::map<std::string, result<void>> all;
  all.emplace("create_writer", of(user.create_writer(known)));
  all.emplace("create_reader", of(user.create_reader(known, {})));
  all.emplace("status", of(user.status()));
  all.emplace("flush", writer.flush(seconds{20}));
  all.emplace("next", of(reader.next(seconds{20})));
  all.emplace("ensure_scope", of(streams.ensure_scope("scope")));
  all.emplace("ensure_stream", of(streams.ensure_stream(known, fixed_segments(1))));
  all.emplace("delete_scope", of(streams.delete_scope("scope")));
  all.emplace("seal_stream", streams.seal_stream(known));
  all.emplace("delete_stream", of(streams.delete_stream(known)));
  all.emplace("truncate_stream", streams.truncate_stream(cut));
  all.emplace("update_stream", streams.update_stream(known, fixed_segments(1)));
  all.emplace("change_stream", of(streams.change_stream(known, {})));
  all.emplace("describe", of(streams.describe(known)));
  all.emplace("config_of", of(streams.config_of(known)));
  all.emplace("tags", of(streams.tags(known)));
  all.emplace("head_cut", of(streams.head_cut(known)));
  all.emplace("tail_cut", of(streams.tail_cut(known)));
  all.emplace("segments_between", of(streams.segments_between(cut, {known, {}})));
  all.emplace("call", of(streams.call(controller::check_scope{"scope"})));
  all.emplace("list_scopes", of(streams.list_scopes()));
  all.emplace("list_streams", of(streams.list_streams("scope")));
  all.emplace("each_scope", streams.each_scope(page));
  all.emplace("each_stream", streams.each_stream("scope", "", page));
  all.emplace("scale_stream", of(streams.scale_stream(known, {{0, 0}}, {{0.0, 0.5}})));
  all.emplace("split_segment", of(streams.split_segment({known, {0, 0}}, 2)));
  all.emplace("merge_segments", of(streams.merge_segments(known, {{0, 0}, {1, 0}})));
  all.emplace("scale_to", of(streams.scale_to(known, 3)));
  all.emplace("lineage", of(streams.lineage(known, seconds{20})));
  all.emplace("close of the writer", writer.close(seconds{20}).outcome);
  all.emplace("close of the client", user.close(seconds{20}).outcome);
  return all;
}

using place = std::function<void(client&, event_writer&, const std::function<void()>&)>;

}  // namespace

TEST_CASE("a call that waits answers would_block at once in every callback", "[client]") {
  const auto where = GENERATE(as<std::string>{}, "completion", "flush_async", "describe_async",
                              "create_reader_async", "status event");
  CAPTURE(where);
  const live_world w;
  auto user = client::create({}, w.ports());
  REQUIRE(user);
  auto writer = user->create_writer(known);
  REQUIRE(writer);
  const auto reader = access::make<stream_reader>(std::make_shared<slice_queue>(known));
  const auto told = std::make_shared<rendezvous<std::map<std::string, result<void>>>>();
  const auto began = clock_type::now();
  const auto look = [=, writer = *writer, held = *user] {
    told->set(answers(held, writer, reader));
  };
  if (where == "completion")
    REQUIRE(writer->try_write("key", as_bytes("x"), [look](const write_result&) { look(); }));
  else if (where == "flush_async")
    writer->flush_async([look](const result<void>&) { look(); });
  else if (where == "describe_async")
    user->streams().describe_async(known, [look](const auto&) { look(); });
  else if (where == "create_reader_async")
    user->create_reader_async(known, {}, [look](const auto&) { look(); });
  else
    (void)user->subscribe(
        [look, first = std::make_shared<std::atomic<bool>>(true)](const library_event&) {
          if (first->exchange(false)) look();
        });
  if (where == "status event") user->create_reader_async(known, {}, [](const auto&) {});
  const auto outcomes = told->wait_until(clock_type::now() + seconds{60});
  REQUIRE(outcomes);
  CHECK(clock_type::now() - began < seconds{5});
  for (const auto& [call, outcome] : *outcomes) {
    CAPTURE(call);
    CHECK((!outcome && outcome.error() == errc::would_block));
  }
}
