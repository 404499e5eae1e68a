#include "pravega_actor/error.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/printable_text.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

struct row {
  std::string_view name;
  bool retriable;
  bool fatal;
  std::string_view sentence;
  std::string_view advice;
};

constexpr std::array rows{
#define X(name, retriable, fatal, sentence, advice) \
  row{#name, retriable, fatal, sentence, advice},
    PRAVEGA_ACTOR_ERRORS(X)
#undef X
};

// A code from outside the table (a cast integer) reads as internal_error.
const row& row_of(errc code) noexcept {
  const auto index = static_cast<std::size_t>(code);
  return rows[index < rows.size() ? index : static_cast<std::size_t>(errc::internal_error)];
}

constexpr std::array<std::string_view, 16> stage_names{"none",
                                                       "configuration",
                                                       "controller call",
                                                       "connect",
                                                       "handshake",
                                                       "setup append",
                                                       "append",
                                                       "flush",
                                                       "read",
                                                       "segment request",
                                                       "decode",
                                                       "begin transaction",
                                                       "commit transaction",
                                                       "abort transaction",
                                                       "close",
                                                       "TLS handshake"};

const std::string no_text;

// Whatever a server says becomes part of an error here, and of logs and terminals later.
std::string fit(std::string text) {
  const auto plain = [](char each) { return each >= 0x20 && each < 0x7F; };
  const bool short_enough = text.size() <= limits::error_text_bytes_max;
  if (short_enough && std::all_of(text.begin(), text.end(), plain)) return text;
  return printable_line(text, limits::error_text_bytes_max);
}

}  // namespace

std::string_view to_string(errc code) noexcept {
  return row_of(code).name;
}
std::string_view describe(errc code) noexcept {
  return row_of(code).sentence;
}
std::string_view advice(errc code) noexcept {
  return row_of(code).advice;
}
bool is_retriable(errc code) noexcept {
  return row_of(code).retriable;
}
bool is_fatal(errc code) noexcept {
  return row_of(code).fatal;
}

std::string_view to_string(stage at) noexcept {
  const auto index = static_cast<std::size_t>(at);
  return index < stage_names.size() ? stage_names[index] : stage_names.front();
}

struct error::context {
  stage at = stage::none;
  std::string detail;
  std::string controller;
  std::string segment_store;
  std::string subject;
  std::int64_t request_id = 0;
};

error::error(errc code, std::string detail) : code_{code} {
  auto fresh = std::make_shared<context>();
  fresh->detail = fit(std::move(detail));
  context_ = std::move(fresh);
}

std::shared_ptr<error::context> error::clone() const {
  return context_ ? std::make_shared<context>(*context_) : std::make_shared<context>();
}

stage error::at() const noexcept {
  return context_ ? context_->at : stage::none;
}
const std::string& error::detail() const noexcept {
  return context_ ? context_->detail : no_text;
}
const std::string& error::controller() const noexcept {
  return context_ ? context_->controller : no_text;
}
const std::string& error::segment_store() const noexcept {
  return context_ ? context_->segment_store : no_text;
}
const std::string& error::subject() const noexcept {
  return context_ ? context_->subject : no_text;
}
std::int64_t error::request_id() const noexcept {
  return context_ ? context_->request_id : 0;
}

error error::with_stage(stage at) const {
  error copy{code_};
  auto changed = clone();
  changed->at = at;
  copy.context_ = std::move(changed);
  return copy;
}

error error::with_detail(std::string detail) const {
  error copy{code_};
  auto changed = clone();
  changed->detail = fit(std::move(detail));
  copy.context_ = std::move(changed);
  return copy;
}

error error::with_controller(std::string address) const {
  error copy{code_};
  auto changed = clone();
  changed->controller = fit(std::move(address));
  copy.context_ = std::move(changed);
  return copy;
}

error error::with_segment_store(std::string address) const {
  error copy{code_};
  auto changed = clone();
  changed->segment_store = fit(std::move(address));
  copy.context_ = std::move(changed);
  return copy;
}

error error::with_subject(std::string name) const {
  error copy{code_};
  auto changed = clone();
  changed->subject = fit(std::move(name));
  copy.context_ = std::move(changed);
  return copy;
}

error error::with_request_id(std::int64_t id) const {
  error copy{code_};
  auto changed = clone();
  changed->request_id = id;
  copy.context_ = std::move(changed);
  return copy;
}

std::string error::summary() const {
  std::string text{describe(code_)};
  if (!detail().empty()) text.append(": ").append(detail());
  return text;
}

std::string error::to_string() const {
  auto text = summary();
  std::string facts;
  const auto add = [&facts](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    facts.append(facts.empty() ? " [" : ", ").append(name).append(" ").append(value);
  };
  add("stage", at() == stage::none ? std::string_view{} : pravega_actor::to_string(at()));
  add("of", subject());
  add("controller", controller());
  add("segment store", segment_store());
  add("request", request_id() == 0 ? std::string{} : std::to_string(request_id()));
  if (!facts.empty()) text.append(facts).append("]");
  text.append(" (").append(pravega_actor::to_string(code_)).append(")");
  text.append("; advice: ").append(advice(code_));
  return text;
}

}  // namespace pravega_actor
