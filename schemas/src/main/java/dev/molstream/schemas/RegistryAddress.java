package dev.molstream.schemas;

import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a schema registry is that speaks Confluent's REST interface, and how to use it.
 *
 * @param urls up to and including the path of the interface, at least one: {@code
 *     http://registry:8081}, for Apicurio {@code http://registry:8080/apis/ccompat/v7}; the next
 *     one is tried when one does not answer
 * @param userInfo {@code USER:PASSWORD} for basic authentication, or null
 * @param register whether schemas that are not in the registry are put there
 */
public record RegistryAddress(List<URI> urls, @Nullable String userInfo, boolean register) {
  public RegistryAddress {
    urls = List.copyOf(urls);
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("no URL of a schema registry: at least one is needed");
    }
    for (URI url : urls) {
      if (url.getHost() == null || !Set.of("http", "https").contains(url.getScheme())) {
        throw new IllegalArgumentException(
            "'%s' is no URL of a schema registry: http://HOST:PORT/PATH or https://HOST:PORT/PATH is"
                .formatted(url));
      }
    }
  }

  /** Hides the user info. */
  @Override
  public String toString() {
    return urls + (userInfo == null ? "" : " with user info") + (register ? "" : ", reading only");
  }
}
