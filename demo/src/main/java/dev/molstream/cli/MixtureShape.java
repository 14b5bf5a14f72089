package dev.molstream.cli;

import dev.molstream.training.TrainingSettings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Sizes of a mixture as written on the command line: {@code 8x8x32} or, with the cross gate's
 * hidden width, {@code 8x8x32x128}.
 *
 * @param gateHidden H, {@value #USUAL_GATE_HIDDEN} when it was not given
 */
record MixtureShape(
    int queryComponents, int itemComponents, int componentDimension, int gateHidden) {
  private static final int USUAL_GATE_HIDDEN = 128;
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,4})x(\\d{1,4})x(\\d{1,4})(?:x(\\d{1,4}))?");

  /** The recipe with a mixture of these sizes. */
  TrainingSettings applyTo(TrainingSettings recipe) {
    return recipe.withMixture(queryComponents, itemComponents, componentDimension, gateHidden);
  }

  @Override
  public String toString() {
    return queryComponents + "x" + itemComponents + "x" + componentDimension;
  }

  /** Reads the command line's form. */
  static final class Converter implements ITypeConverter<MixtureShape> {
    @Override
    public MixtureShape convert(String value) {
      Matcher matcher = FORM.matcher(value);
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "'" + value + "' is not of the form 8x8x32 or 8x8x32x128 (P_Q x P_X x d, then H)");
      }
      String hidden = matcher.group(4);
      return new MixtureShape(
          Integer.parseInt(matcher.group(1)),
          Integer.parseInt(matcher.group(2)),
          Integer.parseInt(matcher.group(3)),
          hidden == null ? USUAL_GATE_HIDDEN : Integer.parseInt(hidden));
    }
  }
}
