#include "tls/certificate_text.hpp"

#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/x509v3.h>

#include <array>

namespace pravega_actor::internal {
namespace {

constexpr int names_shown_max = 8;
/// Longest name that is shown whole.
constexpr std::size_t name_shown_max = 256;

using name_list = std::unique_ptr<GENERAL_NAMES, freed_by<GENERAL_NAMES_free>>;

bio_pointer memory_writer() {
  return bio_pointer{BIO_new(BIO_s_mem())};
}

std::string written_to(BIO* writer) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(writer, &data);
  if (data == nullptr || size <= 0) return {};
  return std::string{data, static_cast<std::size_t>(size)}.substr(0, name_shown_max);
}

std::string string_text(const ASN1_STRING* value) {
  const auto* const data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(value));
  const std::string whole{data, static_cast<std::size_t>(ASN1_STRING_length(value))};
  return whole.substr(0, name_shown_max);
}

std::string address_text(const ASN1_OCTET_STRING* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
  const bool whole = family == AF_INET || ASN1_STRING_length(address) == 16;
  if (!whole || ::inet_ntop(family, ASN1_STRING_get0_data(address), text.data(),
                            static_cast<socklen_t>(text.size())) == nullptr)
    return "?";
  return text.data();
}

std::string name_text(const GENERAL_NAME* name) {
  if (name->type == GEN_DNS) return "DNS:" + string_text(name->d.dNSName);
  if (name->type == GEN_IPADD) return "IP:" + address_text(name->d.iPAddress);
  return {};
}

}  // namespace

std::string text_of(const X509_NAME* name) {
  const auto writer = memory_writer();
  if (!writer || X509_NAME_print_ex(writer.get(), name, 0, XN_FLAG_ONELINE) < 0) return {};
  return written_to(writer.get());
}

std::string text_of(const ASN1_TIME* time) {
  const auto writer = memory_writer();
  if (!writer || ASN1_TIME_print(writer.get(), time) != 1) return "an unknown time";
  return written_to(writer.get());
}

std::string names_in(const X509* certificate) {
  const name_list all{static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
  std::string text;
  int shown = 0;
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const auto name = name_text(sk_GENERAL_NAME_value(all.get(), i));
    if (name.empty()) continue;
    if (!text.empty()) text += ", ";
    if (++shown > names_shown_max) return text + "...";
    text += name;
  }
  if (text.empty()) text = text_of(X509_get_subject_name(certificate));
  return text;
}

}  // namespace pravega_actor::internal
