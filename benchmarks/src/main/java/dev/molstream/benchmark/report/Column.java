package dev.molstream.benchmark.report;

import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/**
 * A column of a table of results.
 *
 * @param heading over it
 * @param cell what it shows of a result; empty where there is nothing to show
 */
public record Column(String heading, Function<Row, String> cell) {

  /** A field as it is. */
  public static Column text(String heading, String field) {
    return new Column(heading, row -> Objects.requireNonNullElse(row.text(field), ""));
  }

  /** A field rounded to a whole number. */
  public static Column whole(String heading, String field) {
    return number(heading, field, 0);
  }

  /** A field as a number of so many decimals. */
  public static Column number(String heading, String field, int decimals) {
    return new Column(
        heading,
        row -> {
          double value = row.number(field);
          return Double.isNaN(value)
              ? ""
              : String.format(Locale.ROOT, "%,." + decimals + "f", value);
        });
  }

  /** A field and the bounds of its interval, {@code field.low} and {@code field.high}. */
  public static Column interval(String heading, String field, int decimals) {
    String form = "%." + decimals + "f";
    return new Column(
        heading,
        row ->
            Double.isNaN(row.number(field))
                ? ""
                : String.format(
                    Locale.ROOT,
                    form + " (" + form + " to " + form + ")",
                    row.number(field),
                    row.number(field + ".low"),
                    row.number(field + ".high")));
  }
}
