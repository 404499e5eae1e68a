#include "core/answer_once.hpp"

#include <stdexcept>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

struct heard {
  std::vector<std::string> answers;
  std::vector<std::string> thrown;
  answer_once<int> make() {
    return {[this](const result<int>& got) {
              answers.push_back(got ? std::to_string(*got)
                                    : std::string{to_string(got.error().code())});
            },
            [this](const char* what) { thrown.emplace_back(what); }, errc::actor_terminated};
  }
};

}  // namespace

TEST_CASE("a callback is called once, with the first answer", "[answer_once]") {
  heard h;
  {
    const auto once = h.make();
    const auto copy = once;
    once(1);
    copy(2);
  }
  CHECK(h.answers == std::vector<std::string>{"1"});
}

TEST_CASE("a callback that nobody calls gets the error", "[answer_once]") {
  heard h;
  {
    const auto once = h.make();
    const auto copy = once;
    CHECK(h.answers.empty());
  }
  CHECK(h.answers == std::vector<std::string>{"actor_terminated"});
}

TEST_CASE("a callback that throws is reported", "[answer_once]") {
  heard h;
  const answer_once<int> once{[](const result<int>&) { throw std::runtime_error{"oops"}; },
                              [&](const char* what) { h.thrown.emplace_back(what); },
                              errc::closed};
  once(1);
  once(2);
  CHECK(h.thrown == std::vector<std::string>{"oops"});
}
