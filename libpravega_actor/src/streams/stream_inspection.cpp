#include "streams/stream_inspection.hpp"

#include <algorithm>
#include <optional>

#include "core/user_code.hpp"

namespace pravega_actor::internal {

namespace {

using controller::segment_ranges;
using infos = std::vector<result<segment_info>>;
using then_cut = std::function<step(const result<stream_cut>&)>;

std::vector<segment> segments_of(const scoped_stream& stream, const segment_ranges& from) {
  std::vector<segment> all;
  for (const auto& each : from.segments)
    all.push_back({stream, each.id});
  return all;
}

// The ends of segments; the first error counts.
result<stream_cut> ends_of(const scoped_stream& stream, const std::vector<segment>& segments,
                           const infos& seen) {
  stream_cut cut{stream, {}};
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (!seen[i]) return seen[i].error();
    cut.offsets[segments[i].id] = seen[i]->write_offset;
  }
  return cut;
}

// The last segments of a sealed stream: those of the latest epoch between head and tail.
step find_end_of_sealed(const scoped_stream& stream, const controller::segment_offsets& head,
                        const then_cut& tell) {
  controller::get_segments_between all{stream, head.offsets, {}};
  return ask_or_fail(std::move(all), tell, [=](const controller::segment_list& list) {
    if (list.segments.empty())
      return tell(
          error{errc::protocol_violation, "the stream has no segments at all"}.with_subject(
              stream.to_string()));
    std::int32_t epoch = 0;
    for (const auto& each : list.segments)
      epoch = std::max(epoch, each.epoch);
    return ask_or_fail(
        controller::get_epoch_segments{stream, epoch}, tell, [=](const segment_ranges& last) {
          const auto segments = segments_of(stream, last);
          return step{infos_step{segments, last.delegation_token, [=](const infos& seen) {
                                   return tell(ends_of(stream, segments, seen));
                                 }}};
        });
  });
}

class description final : public std::enable_shared_from_this<description> {
 public:
  description(const scoped_stream& stream, teller<stream_description> tell)
      : tell_{std::move(tell)} {
    found_.stream = found_.head.stream = found_.tail.stream = stream;
  }

  step begin() {
    return ask_or_fail(
        controller::get_current_segments{found_.stream}, tell_,
        [me = shared_from_this()](const segment_ranges& now) { return me->on_current(now); });
  }

 private:
  step on_current(const segment_ranges& now) {
    current_ = now;
    found_.sealed = now.segments.empty();
    return ask_or_fail(controller::get_stream_config{found_.stream}, tell_,
                       [me = shared_from_this()](const stream_config& config) {
                         me->found_.config = config;
                         return me->ask_head();
                       });
  }
  step ask_head() {
    return ask_or_fail(controller::get_head_segments{found_.stream}, tell_,
                       [me = shared_from_this()](const controller::segment_offsets& head) {
                         me->found_.head.offsets = head.offsets;
                         return me->found_.sealed ? me->ask_end(head) : me->ask_stores();
                       });
  }
  step ask_end(const controller::segment_offsets& head) {
    return find_end_of_sealed(found_.stream, head,
                              [me = shared_from_this()](const result<stream_cut>& end) {
                                if (!end) return me->tell_(end.error());
                                me->found_.tail = *end;
                                return me->tell_(me->found_);
                              });
  }
  step ask_stores() {
    return step{infos_step{
        segments_of(found_.stream, current_), current_.delegation_token,
        [me = shared_from_this()](const infos& seen) { return me->on_infos(seen); }}};
  }
  step on_infos(const infos& seen) {
    for (std::size_t i = 0; i < seen.size(); ++i) {
      if (!seen[i]) return tell_(seen[i].error());
      const auto& at = current_.segments[i];
      found_.segments.push_back({{found_.stream, at.id},
                                 at.range,
                                 seen[i]->start_offset,
                                 seen[i]->write_offset,
                                 seen[i]->sealed});
      found_.tail.offsets[at.id] = seen[i]->write_offset;
    }
    return tell_(found_);
  }

  const teller<stream_description> tell_;
  stream_description found_;
  segment_ranges current_;
};

}  // namespace

step find_tail(const scoped_stream& stream, const then_cut& tell) {
  return ask_or_fail(
      controller::get_current_segments{stream}, tell, [=](const segment_ranges& now) {
        if (now.segments.empty())
          return ask_or_fail(controller::get_head_segments{stream}, tell,
                             [=](const controller::segment_offsets& head) {
                               return find_end_of_sealed(stream, head, tell);
                             });
        const auto segments = segments_of(stream, now);
        return step{infos_step{segments, now.delegation_token, [=](const infos& seen) {
                                 return tell(ends_of(stream, segments, seen));
                               }}};
      });
}

step describe_stream(const scoped_stream& stream, const teller<stream_description>& tell) {
  return std::make_shared<description>(stream, tell)->begin();
}

std::optional<std::string> next_token(const controller::name_page& page,
                                      const std::string& asked_with) {
  const bool over = page.names.empty() || page.token.empty() || page.token == asked_with;
  return over ? std::nullopt : std::optional{page.token};
}

namespace {

error page_sink_threw(const std::string& what) {
  return {errc::cancelled, "the page sink threw: " + what};
}

}  // namespace

step list_pages(const std::function<controller::request(const std::string& token)>& request_for,
                const std::function<bool(const std::vector<std::string>&)>& sink,
                const std::string& token, const teller<void>& tell) {
  return step{call_step{
      request_for(token), [=](const result<controller::reply>& got, time_point) {
        if (!got) return tell(got.error());
        const auto* page = got->get_if<controller::name_page>();
        if (page == nullptr)
          return tell(error{errc::internal_error, "the controller's reply has another type"});
        bool more = true;
        std::optional<error> thrown;
        const auto take = [&] { more = page->names.empty() || sink(page->names); };
        call_user([&](const char* what) { thrown = page_sink_threw(what); }, take);
        if (thrown) return tell(*thrown);
        if (!more) return tell({});
        const auto next = next_token(*page, token);
        return next ? list_pages(request_for, sink, *next, tell) : tell({});
      }}};
}

}  // namespace pravega_actor::internal
