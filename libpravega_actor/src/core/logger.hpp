// Hands lines to the user's sink; a line that is off costs one comparison.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "pravega_actor/log.hpp"

namespace pravega_actor::internal {

/// A level and a sink. Copies are cheap and share the sink; any thread may use them.
class logger {
 public:
  /// Silent.
  logger() = default;
  logger(log_level level, log_sink sink)
      : level_{sink ? level : log_level::off},
        sink_{sink ? std::make_shared<const log_sink>(std::move(sink)) : nullptr} {}

  [[nodiscard]] bool enabled(log_level level) const noexcept {
    return level != log_level::off && level <= level_;
  }

  /// `make_line()` gives the text; it runs only if the line goes out.
  template <class F>
  void write(log_level level, F&& make_line) const {
    if (!enabled(level)) return;
    try {
      (*sink_)(level, std::forward<F>(make_line)());
    } catch (...) {
      // A sink that fails must not take the library down with it.
      return;
    }
  }

  template <class F>
  void error(F&& make_line) const {
    write(log_level::error, std::forward<F>(make_line));
  }
  template <class F>
  void warning(F&& make_line) const {
    write(log_level::warning, std::forward<F>(make_line));
  }
  template <class F>
  void info(F&& make_line) const {
    write(log_level::info, std::forward<F>(make_line));
  }
  template <class F>
  void debug(F&& make_line) const {
    write(log_level::debug, std::forward<F>(make_line));
  }

 private:
  log_level level_ = log_level::off;
  std::shared_ptr<const log_sink> sink_;
};

}  // namespace pravega_actor::internal
