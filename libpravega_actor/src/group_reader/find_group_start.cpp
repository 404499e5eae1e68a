#include "group_reader/find_group_start.hpp"

#include <limits>
#include <memory>
#include <utility>
#include <vector>

namespace pravega_actor::internal {

namespace {

class search final : public std::enable_shared_from_this<search> {
 public:
  search(call_function call, const reader_group_config& config,
         std::function<void(result<group_init>)> then)
      : call_{std::move(call)}, then_{std::move(then)} {
    found_.config = config;
    for (const auto& [stream, cut] : config.starting_cuts)
      left_.push_back(stream);
    add_ends();
  }

  // In the order of the streams' names.
  void next() {
    if (at_ == left_.size()) return then_(std::move(found_));
    const auto& stream = left_[at_++];
    const auto& cut = found_.config.starting_cuts.at(stream);
    if (cut) {
      add(stream, cut->offsets);
      return next();
    }
    call_(
        controller::get_head_segments{stream},
        [me = shared_from_this(), stream](const result<controller::reply>& got) {
          const auto head = controller::reply_of<controller::get_head_segments>(got);
          if (!head) return me->then_(head.error());
          me->add(stream, head->offsets);
          me->next();
        },
        [me = shared_from_this()] {
          me->then_(error{errc::actor_terminated, "the controller client did not answer"});
        });
  }

 private:
  void add(const scoped_stream& stream, const std::map<segment_id, std::int64_t>& offsets) {
    for (const auto& [id, offset] : offsets)
      found_.starting_segments.add({{stream, id}, unknown_range}, offset);
  }

  // Java has the largest offset for a segment's own end.
  void add_ends() {
    for (const auto& [stream, cut] : found_.config.ending_cuts) {
      if (!cut) continue;
      for (const auto& [id, offset] : cut->offsets)
        found_.end_segments[{stream, id}] =
            offset < 0 ? std::numeric_limits<std::int64_t>::max() : offset;
    }
  }

  const call_function call_;
  std::function<void(result<group_init>)> then_;
  group_init found_;
  std::vector<scoped_stream> left_;
  std::size_t at_ = 0;
};

}  // namespace

void find_group_start(const call_function& call, const reader_group_config& config,
                      std::function<void(result<group_init>)> then) {
  std::make_shared<search>(call, config, std::move(then))->next();
}

}  // namespace pravega_actor::internal
