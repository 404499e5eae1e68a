// The subset of Catch2 that 2.13 and 3.x share; only this file knows which one is installed.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>

namespace Catch {

inline auto Contains(const std::string& part) {
  return Matchers::ContainsSubstring(part);
}

}  // namespace Catch

using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif
