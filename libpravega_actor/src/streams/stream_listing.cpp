// The stream manager's lists.
#include <iterator>

#include "pravega_actor/stream_manager.hpp"
#include "streams/stream_calls.hpp"
#include "streams/stream_inspection.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

using names = stream_manager::names;
using request_for_page = std::function<controller::request(const std::string& token)>;

controller::request scopes_page(const std::string& token) {
  return controller::list_scopes{token};
}

/// With a tag: only the streams that have it.
request_for_page streams_page(const std::string& scope, const std::string& tag) {
  return [=](const std::string& token) -> controller::request {
    if (tag.empty()) return controller::list_streams{scope, token};
    return controller::list_tagged_streams{scope, tag, token};
  };
}

/// Collects pages up to the limit.
struct collector {
  names all;
  bool full = false;
  bool add(const names& page) {
    full = all.size() + page.size() > limits::listed_names_max;
    if (!full) all.insert(all.end(), page.begin(), page.end());
    return !full;
  }
  result<names> outcome() {
    if (full) return error{errc::limit_exceeded, "more than listed_names_max names"};
    return std::move(all);
  }
};

void start_listing(const std::shared_ptr<client_host>& host, const request_for_page& pages,
                   const stream_manager::page_sink& sink,
                   std::function<void(const result<void>&)> done) {
  start_operation<void>(host, {}, std::move(done), [=](const teller<void>& tell) {
    return list_pages(pages, sink, {}, tell);
  });
}

void start_collecting(const std::shared_ptr<client_host>& host, const request_for_page& pages,
                      const std::function<void(const result<names>&)>& done) {
  auto held = std::make_shared<collector>();
  start_listing(
      host, pages, [held](const names& page) { return held->add(page); },
      [held, done](const result<void>& over) {
        done(over ? held->outcome() : result<names>{over.error()});
      });
}

template <class Ask>
result<void> each_page(Ask ask_for, const stream_manager::page_sink& sink) {
  for (std::string token;;) {
    const result<controller::name_page> page = ask_for(token);
    if (!page) return page.error();
    if (!page->names.empty() && !sink(page->names)) return {};
    const auto next = next_token(*page, token);
    if (!next) return {};
    token = *next;
  }
}

}  // namespace

result<void> stream_manager::each_scope(const page_sink& sink) const {
  return each_page(
      [this](const std::string& token) { return call(controller::list_scopes{token}); }, sink);
}

result<void> stream_manager::each_stream(const std::string& scope, const std::string& tag,
                                         const page_sink& sink) const {
  if (tag.empty())
    return each_page(
        [&](const std::string& token) {
          return call(controller::list_streams{scope, token});
        },
        sink);
  return each_page(
      [&](const std::string& token) {
        return call(controller::list_tagged_streams{scope, tag, token});
      },
      sink);
}

result<names> stream_manager::list_scopes() const {
  collector found;
  const auto over = each_scope([&](const names& page) { return found.add(page); });
  if (!over) return over.error();
  return found.outcome();
}

result<names> stream_manager::list_streams(const std::string& scope,
                                           const std::string& tag) const {
  collector found;
  const auto over = each_stream(scope, tag, [&](const names& page) { return found.add(page); });
  if (!over) return over.error();
  return found.outcome();
}

void stream_manager::each_scope_async(page_sink sink, callback<void> done) const {
  start_listing(host_, scopes_page, unless_gone(std::move(sink)), std::move(done));
}

void stream_manager::each_stream_async(const std::string& scope, const std::string& tag,
                                       page_sink sink, callback<void> done) const {
  start_listing(host_, streams_page(scope, tag), unless_gone(std::move(sink)), std::move(done));
}

void stream_manager::list_scopes_async(callback<names> done) const {
  start_collecting(host_, scopes_page, done);
}

void stream_manager::list_streams_async(const std::string& scope, const std::string& tag,
                                        callback<names> done) const {
  start_collecting(host_, streams_page(scope, tag), done);
}

}  // namespace pravega_actor
