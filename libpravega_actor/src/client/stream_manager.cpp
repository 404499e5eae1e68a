#include "pravega_actor/stream_manager.hpp"

#include "client/client_core.hpp"
#include "core/rendezvous.hpp"

namespace pravega_actor {

namespace {

constexpr seconds answer_margin{5};
/// Names that a listing returns at most.
constexpr std::size_t listed_names_max = 1u << 20;

// Asks for page after page; `next_page(token)` gives one.
template <class F>
result<std::vector<std::string>> all_pages(F&& next_page) {
  std::vector<std::string> names;
  std::string token;
  for (;;) {
    result<controller::name_page> page = next_page(token);
    if (!page) return page.error();
    if (page->names.empty()) return names;
    if (names.size() + page->names.size() > listed_names_max)
      return error{errc::limit_exceeded, "more than listed_names_max names"};
    names.insert(names.end(), std::make_move_iterator(page->names.begin()),
                 std::make_move_iterator(page->names.end()));
    // A server that repeats the token has no more.
    if (page->token.empty() || page->token == token) return names;
    token = std::move(page->token);
  }
}

ensured as_ensured(const controller::creation& reply) {
  return reply.created ? ensured::created : ensured::existed;
}

}  // namespace

result<controller::reply> stream_manager::call_any(const controller::request& request) const {
  if (!core_) return errc::closed;
  const duration timeout = milliseconds{core_->settings().controller_call_timeout_ms};
  auto answered = std::make_shared<rendezvous<result<controller::reply>>>();
  core_->call(request, timeout,
              [answered](const result<controller::reply>& reply) { answered->set(reply); });
  auto reply = answered->wait_until(clock_type::now() + timeout + answer_margin);
  if (reply) return std::move(*reply);
  return error{errc::deadline_exceeded, "the controller client does not answer"}
      .with_stage(stage::controller_call)
      .with_controller(core_->context()->controller_address);
}

result<ensured> stream_manager::ensure_scope(const std::string& scope) const {
  if (auto valid = check_name(scope); !valid) return valid.error();
  return call(controller::create_scope{scope}).map(as_ensured);
}

result<ensured> stream_manager::ensure_stream(const scoped_stream& stream,
                                              const stream_config& config) const {
  if (auto valid = check_name(stream.scope); !valid) return valid.error();
  if (auto valid = check_stream_name(stream.stream); !valid) return valid.error();
  if (config.scaling.segments_min < 1)
    return error{errc::invalid_argument, "a stream has at least one segment"}.with_subject(
        stream.to_string());
  return call(controller::create_stream{stream, config}).map(as_ensured);
}

result<std::vector<std::string>> stream_manager::list_scopes() const {
  return all_pages(
      [this](const std::string& token) { return call(controller::list_scopes{token}); });
}

result<std::vector<std::string>> stream_manager::list_streams(const std::string& scope,
                                                              const std::string& tag) const {
  return all_pages([&](const std::string& token) {
    return call(controller::list_streams{scope, tag, token});
  });
}

result<void> stream_manager::seal_stream(const scoped_stream& stream) const {
  auto sealed = call(controller::seal_stream{stream});
  return sealed ? result<void>{} : result<void>{sealed.error()};
}

result<bool> stream_manager::delete_stream(const scoped_stream& stream) const {
  auto sealed = seal_stream(stream);
  if (!sealed && sealed.error() == errc::stream_not_found) return false;
  if (!sealed) return sealed.error();
  auto deleted = call(controller::delete_stream{stream});
  if (!deleted && deleted.error() == errc::stream_not_found) return false;
  return deleted.map([](const controller::deletion& reply) { return reply.deleted; });
}

result<bool> stream_manager::delete_scope(const std::string& scope) const {
  auto deleted = call(controller::delete_scope{scope});
  if (!deleted && deleted.error() == errc::scope_not_found) return false;
  return deleted.map([](const controller::deletion& reply) { return reply.deleted; });
}

stream_config fixed_segments(std::int32_t segments) {
  stream_config config;
  config.scaling.segments_min = segments;
  return config;
}

}  // namespace pravega_actor
