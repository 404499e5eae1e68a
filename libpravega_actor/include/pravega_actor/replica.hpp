// A local copy of a replicated state: as bytes for the library, typed for applications.
#pragma once

#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/result.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// A local copy of a state whose updates are bytes. A synchronizer owns it and calls it from
/// one actor. Use `model_replica`, which implements it for a model.
class replica {
 public:
  replica() = default;
  replica(const replica&) = delete;
  replica& operator=(const replica&) = delete;
  virtual ~replica() = default;

  /// Replaces the state. Further bytes may follow those of the state: other clients pad with
  /// zeros.
  [[nodiscard]] virtual result<void> initialize(byte_view initial) = 0;
  /// Applies an update of the log to the state, which exists.
  [[nodiscard]] virtual result<void> apply(byte_view update) = 0;
  /// Applies updates to a copy of the state. `commit` then replaces the state with the copy.
  /// After an error, which means that the updates do not fit, nothing has changed.
  [[nodiscard]] virtual result<void> rehearse(const std::vector<shared_bytes>& updates) = 0;
  /// The same for a whole state.
  [[nodiscard]] virtual result<void> rehearse_initial(byte_view initial) = 0;
  /// Replaces the state with what was rehearsed last.
  virtual void commit() = 0;
  /// The whole state in the form that `initialize` takes.
  [[nodiscard]] virtual result<std::vector<std::byte>> whole() const = 0;
  /// A snapshot that never changes; null without a state.
  [[nodiscard]] virtual std::shared_ptr<const void> state() = 0;
};

/// The members that a model of a replicated state must have: the types of its state, of its
/// updates and of its initial state, and static functions. The functions may run in any thread,
/// one call at a time for each state. They must give the same result everywhere and at any
/// time, so they must not use a clock or random numbers. They return an error for bytes that do
/// not decode, and for updates that do not fit. After an error of `apply` the synchronizer
/// drops the state, so `apply` may leave it in any condition.
///
///     struct counter_model {
///       using state_type = ...;
///       using initial_type = ...;   // state_type, or another form of it
///       using update_type = ...;
///       static result<void> encode_initial(const initial_type&, std::vector<std::byte>& to);
///       static result<state_type> decode_initial(byte_view bytes);  // ignores bytes after it
///       static result<void> encode_state(const state_type&, std::vector<std::byte>& to);
///       static result<void> encode_update(const update_type&, std::vector<std::byte>& to);
///       static result<update_type> decode_update(byte_view bytes);
///       static result<void> apply(state_type& to, const update_type& update);
///     };
///
/// `decode_initial` reads what `encode_initial` and `encode_state` write. States are copied.
template <class Model>
concept replicated_model = std::copy_constructible<typename Model::state_type> &&
    requires(const typename Model::state_type& state, typename Model::state_type& target,
             const typename Model::initial_type& initial,
             const typename Model::update_type& update, std::vector<std::byte>& to,
             byte_view bytes) {
  { Model::encode_initial(initial, to) } -> std::same_as<result<void>>;
  { Model::decode_initial(bytes) } -> std::same_as<result<typename Model::state_type>>;
  { Model::encode_state(state, to) } -> std::same_as<result<void>>;
  { Model::encode_update(update, to) } -> std::same_as<result<void>>;
  { Model::decode_update(bytes) } -> std::same_as<result<typename Model::update_type>>;
  { Model::apply(target, update) } -> std::same_as<result<void>>;
};

/// The result of `code()`. An exception becomes an error: one of the model's functions threw.
template <class Code>
[[nodiscard]] auto call_model(Code code) -> std::invoke_result_t<Code> {
  try {
    return code();
  } catch (const std::exception& reason) {
    return error{errc::invalid_argument, std::string{"the model threw: "} + reason.what()};
  } catch (...) {
    return error{errc::invalid_argument, "the model threw"};
  }
}

/// The replica of a model. Its snapshots share the state with it. If a snapshot was taken, the
/// replica copies the state before the next change.
template <replicated_model Model>
class model_replica final : public replica {
 public:
  using state_type = typename Model::state_type;

  result<void> initialize(byte_view initial) override {
    return call_model([&]() -> result<void> {
      auto fresh = Model::decode_initial(initial);
      if (!fresh) return fresh.error();
      now_ = std::make_shared<state_type>(std::move(*fresh));
      shared_ = false;
      return {};
    });
  }
  result<void> apply(byte_view update) override {
    return call_model([&]() -> result<void> {
      if (std::exchange(shared_, false)) now_ = std::make_shared<state_type>(*now_);
      return apply_to(*now_, update);
    });
  }
  result<void> rehearse(const std::vector<shared_bytes>& updates) override {
    return call_model([&]() -> result<void> {
      auto copy = std::make_shared<state_type>(*now_);
      for (const auto& each : updates)
        if (auto applied = apply_to(*copy, each.view); !applied) return applied;
      next_ = std::move(copy);
      return {};
    });
  }
  result<void> rehearse_initial(byte_view initial) override {
    return call_model([&]() -> result<void> {
      auto fresh = Model::decode_initial(initial);
      if (!fresh) return fresh.error();
      next_ = std::make_shared<state_type>(std::move(*fresh));
      return {};
    });
  }
  void commit() override {
    now_ = std::exchange(next_, nullptr);
    shared_ = false;
  }
  result<std::vector<std::byte>> whole() const override {
    return call_model([&]() -> result<std::vector<std::byte>> {
      std::vector<std::byte> bytes;
      if (auto encoded = Model::encode_state(*now_, bytes); !encoded) return encoded.error();
      return bytes;
    });
  }
  std::shared_ptr<const void> state() override {
    shared_ = true;
    return now_;
  }

 private:
  static result<void> apply_to(state_type& to, byte_view update) {
    auto decoded = Model::decode_update(update);
    return decoded ? Model::apply(to, *decoded) : decoded.error();
  }

  std::shared_ptr<state_type> now_;
  std::shared_ptr<state_type> next_;
  bool shared_ = false;
};

template <replicated_model Model>
[[nodiscard]] std::unique_ptr<replica> make_model_replica() {
  return std::make_unique<model_replica<Model>>();
}

}  // namespace pravega_actor
