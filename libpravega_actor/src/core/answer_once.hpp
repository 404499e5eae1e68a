// A callback that is called whatever becomes of the actor that is to call it.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "core/user_code.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

/// Called once with a result; with `otherwise` if nobody else calls it. Copies are one
/// callback. Thread-safe as far as only one thread calls it. What the application's code throws
/// goes to `threw`.
template <class T>
class answer_once {
 public:
  using callback = std::function<void(const result<T>&)>;
  using threw_handler = std::function<void(const char*)>;

  answer_once(callback done, threw_handler threw, error otherwise)
      : held_{std::make_shared<holder>(unless_gone(std::move(done)), std::move(threw),
                                       std::move(otherwise))} {}
  void operator()(const result<T>& outcome) const { held_->answer(outcome); }

 private:
  struct holder {
    callback done;
    threw_handler threw;
    error otherwise;
    holder(callback code, threw_handler handler, error why)
        : done{std::move(code)}, threw{std::move(handler)}, otherwise{std::move(why)} {}
    holder(const holder&) = delete;
    holder& operator=(const holder&) = delete;
    ~holder() { answer(otherwise); }
    void answer(const result<T>& outcome) {
      if (auto once = std::exchange(done, nullptr)) call_user(threw, once, outcome);
    }
  };
  std::shared_ptr<holder> held_;
};

}  // namespace pravega_actor::internal
