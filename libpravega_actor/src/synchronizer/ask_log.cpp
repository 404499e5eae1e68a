#include "synchronizer/ask_log.hpp"

#include <utility>

#include "pravega_actor/limits.hpp"
#include "wire/hot.hpp"

namespace pravega_actor::internal {

namespace {

std::optional<std::int64_t> if_set(std::int64_t attribute) {
  if (attribute == wire::null_attribute_value) return std::nullopt;
  return attribute;
}

log_answer answer_of(const wire::stream_segment_info& reply) {
  return *info_of(reply);
}
log_answer answer_of(const wire::segment_read& reply) {
  return log_bytes{{reply.data.begin(), reply.data.end()}};
}
log_answer answer_of(const wire::append_setup& reply) {
  return log_number{if_set(reply.last_event_number)};
}
log_answer answer_of(const wire::segment_attribute& reply) {
  return log_mark{if_set(reply.value)};
}
template <class Reply>
log_answer answer_of(const Reply&) {
  return log_done{};
}

struct command_of {
  const uuid& writer;

  auto operator()(const log_requests::get_info&) const {
    return wire::get_stream_segment_info{};
  }
  auto operator()(const log_requests::read& a) const {
    return wire::read_segment{{}, a.offset, static_cast<std::int32_t>(a.bytes_max), {}, -1};
  }
  auto operator()(const log_requests::append_at& a) const {
    return wire::conditional_append{
        writer, a.number, a.offset, {a.payload.view.begin(), a.payload.view.end()}, -1};
  }
  auto operator()(const log_requests::append& a) const {
    std::vector<std::byte> event(limits::event_header_bytes);
    wire::encode_event_header(event.data(), a.payload.size());
    event.insert(event.end(), a.payload.view.begin(), a.payload.view.end());
    const auto size = static_cast<std::int32_t>(event.size());
    return wire::append_block_end{writer, size, std::move(event), 1, a.number, -1};
  }
  auto operator()(const log_requests::get_number&) const {
    return wire::setup_append{0, writer, {}, {}};
  }
  auto operator()(const log_requests::get_mark&) const {
    return wire::get_segment_attribute{0, {}, revision_mark_attribute, {}};
  }
  auto operator()(const log_requests::set_mark& a) const {
    return wire::update_segment_attribute{
        0, {}, revision_mark_attribute, a.to, a.expected.value_or(wire::null_attribute_value),
        {}};
  }
  auto operator()(const log_requests::truncate& a) const {
    return wire::truncate_segment{0, {}, a.offset, {}};
  }
};

}  // namespace

void ask_log(caf::event_based_actor* self, const segment_requests& stores,
             const log_address& at, const log_request& what, duration timeout,
             std::function<void(const result<log_answer>&)> then) {
  std::visit(
      [&](const auto& each) {
        auto command = command_of{at.writer_id}(each);
        using reply = reply_type<decltype(command)>;
        ask_store(self, stores, at.of, std::move(command), timeout, at.delegation_token,
                  [then = std::move(then)](const result<reply>& got) {
                    if (got)
                      then(answer_of(*got));
                    else
                      then(got.error());
                  });
      },
      what);
}

}  // namespace pravega_actor::internal
