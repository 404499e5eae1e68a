#include "pravega_actor/secret.hpp"

#include <algorithm>
#include <vector>

#include "core/wipe.hpp"

namespace pravega_actor {

class secret::memory {
 public:
  explicit memory(std::string_view text) : bytes_{text.begin(), text.end()} {}
  memory(const memory&) = delete;
  memory& operator=(const memory&) = delete;
  ~memory() { internal::wipe(bytes_.data(), bytes_.size()); }
  [[nodiscard]] std::string_view text() const noexcept {
    return {bytes_.data(), bytes_.size()};
  }

 private:
  std::vector<char> bytes_;
};

secret::secret(std::string_view text)
    : held_{text.empty() ? nullptr : std::make_shared<const memory>(text)} {}

std::size_t secret::size() const noexcept {
  return reveal().size();
}

std::string_view secret::reveal() const noexcept {
  return held_ ? held_->text() : std::string_view{};
}

bool operator==(const secret& a, const secret& b) noexcept {
  const auto left = a.reveal();
  const auto right = b.reveal();
  if (left.size() != right.size()) return false;
  volatile unsigned char different = 0;
  for (std::size_t i = 0; i < left.size(); ++i)
    different = static_cast<unsigned char>(different | (static_cast<unsigned char>(left[i]) ^
                                                        static_cast<unsigned char>(right[i])));
  return different == 0;
}

}  // namespace pravega_actor
