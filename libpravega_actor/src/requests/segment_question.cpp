#include "requests/segment_question.hpp"

#include <utility>

#include "wire/codec.hpp"

namespace pravega_actor::internal {

namespace {

using bytes = std::vector<std::byte>;

template <class Request>
class row_question : public segment_question {
 public:
  explicit row_question(Request what) : what_{std::move(what)} {}
  std::string_view name() const noexcept final { return Request::name; }
  access_operation access() const noexcept final { return request_row<Request>::access; }
  repetition repeated() const noexcept final { return request_row<Request>::repeated; }

 protected:
  const Request what_;
};

template <class Request>
class single_question final : public row_question<Request> {
 public:
  using row_question<Request>::row_question;

  result<bytes> encode(std::size_t, const asked_as& as) const override {
    auto filled = this->what_;
    filled.request_id = as.request_id;
    filled.delegation_token = as.delegation_token;
    if constexpr (requires { filled.segment; })
      filled.segment = as.segment;
    else
      filled.target = as.segment;
    return wire::encode(filled);
  }
  result<wire::command> check(std::size_t, const wire::frame& reply,
                              const expected_reply& to) const override {
    auto expected = to;
    if constexpr (requires { this->what_.writer_id; })
      expected.writer_id = &this->what_.writer_id;
    auto checked = reply_to(reply, this->what_, expected);
    if (!checked) return checked.error();
    return wire::command{std::move(*checked)};
  }
  bool goes_on_after(const wire::command&) const override { return false; }
};

std::int64_t number_of(const wire::conditional_append& what) {
  return what.event_number;
}
std::int64_t number_of(const wire::append_block_end& what) {
  return what.last_event_number;
}

template <class Append>
class append_question final : public row_question<Append> {
 public:
  using row_question<Append>::row_question;

  result<bytes> encode(std::size_t step, const asked_as& as) const override {
    if (step == 0)
      return wire::encode(wire::setup_append{as.request_id, this->what_.writer_id,
                                             std::string{as.segment},
                                             std::string{as.delegation_token}});
    auto filled = this->what_;
    filled.request_id = as.request_id;
    return wire::encode(filled);
  }
  result<wire::command> check(std::size_t step, const wire::frame& reply,
                              const expected_reply& to) const override {
    auto by_writer = to;
    by_writer.writer_id = &this->what_.writer_id;
    if (step == 0) return check_setup(reply, by_writer);
    auto checked = reply_to(reply, this->what_, by_writer);
    if (!checked) return checked.error();
    return wire::command{std::move(*checked)};
  }
  bool goes_on_after(const wire::command& reply) const override {
    return reply.template holds<wire::append_setup>();
  }

 private:
  result<wire::command> check_setup(const wire::frame& reply, const expected_reply& to) const {
    auto setup = reply_as<wire::append_setup>(reply, to);
    if (!setup) return setup.error();
    const auto mine = number_of(this->what_);
    const auto last = setup->last_event_number;
    if (last < mine) return wire::command{std::move(*setup)};
    if (last > mine)
      return error{errc::invalid_argument, "event number " + std::to_string(mine) +
                                               " of a writer that has stored " +
                                               std::to_string(last)};
    return wire::command{wire::data_appended{this->what_.writer_id, last,
                                             wire::null_attribute_value, to.request_id, -1}};
  }
};

template <class Request>
inline constexpr bool is_append = std::is_same_v<Request, wire::conditional_append> ||
                                  std::is_same_v<Request, wire::append_block_end>;

}  // namespace

template <class Request>
std::shared_ptr<const segment_question> question_of(Request what) {
  if constexpr (is_append<Request>)
    return std::make_shared<append_question<Request>>(std::move(what));
  else
    return std::make_shared<single_question<Request>>(std::move(what));
}

#define X(request, reply, access, repeated) \
  template std::shared_ptr<const segment_question> question_of(wire::request);
PRAVEGA_ACTOR_SEGMENT_REQUESTS(X)
#undef X

}  // namespace pravega_actor::internal
