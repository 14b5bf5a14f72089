package dev.molstream.model;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class OnnxEnvironmentTest {
  @Test
  void turnsTelemetryOffForNativeCode() throws Throwable {
    assertThat(OnnxEnvironment.shared()).isNotNull();

    assertThat(nativeVariable("ORT_DISABLE_TELEMETRY")).isEqualTo("1");
  }

  private static String nativeVariable(String name) throws Throwable {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value =
          (MemorySegment)
              linker
                  .downcallHandle(
                      linker.defaultLookup().findOrThrow("getenv"),
                      FunctionDescriptor.of(ADDRESS, ADDRESS))
                  .invokeWithArguments(arena.allocateFrom(name));
      return value.reinterpret(Long.MAX_VALUE).getString(0);
    }
  }
}
