package dev.molstream.retrieval.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class KernelKindTest {
  @Test
  void takesSimdWhereItRuns() {
    assertThat(KernelKind.choose(null, null)).isEqualTo(KernelKind.SIMD);
    assertThat(KernelKind.chosen()).isEqualTo(KernelKind.SIMD);
  }

  @Test
  void fallsBackToScalarWhereSimdDoesNotRun() {
    assertThat(KernelKind.choose(null, "no such module")).isEqualTo(KernelKind.SCALAR);
  }

  @Test
  void takesTheForcedForm() {
    assertThat(KernelKind.choose("scalar", null)).isEqualTo(KernelKind.SCALAR);
    assertThat(KernelKind.choose("simd", null)).isEqualTo(KernelKind.SIMD);
  }

  @Test
  void failsWhenTheForcedFormDoesNotRun() {
    assertThatIllegalStateException()
        .isThrownBy(() -> KernelKind.choose("simd", "no such module"))
        .withMessage("-Dmolstream.kernel=simd cannot be met: no such module");
    assertThatIllegalStateException()
        .isThrownBy(() -> KernelKind.choose("fast", null))
        .withMessage("-Dmolstream.kernel=fast is neither simd nor scalar");
  }
}
