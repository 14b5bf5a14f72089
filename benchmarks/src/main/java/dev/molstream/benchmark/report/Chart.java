package dev.molstream.benchmark.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A chart of results, a curve per algorithm. Drawing needs no display.
 *
 * @param title over the chart
 * @param xName of the horizontal axis
 * @param xField the rows' field it shows
 * @param logarithmicX whether that axis is
 * @param yName of the vertical axis
 * @param yField the rows' field it shows
 * @param curves rows by what the legend calls them
 */
record Chart(
    String title,
    String xName,
    String xField,
    boolean logarithmicX,
    String yName,
    String yField,
    Map<String, List<Row>> curves) {
  static {
    // A display that is named but not there would fail it.
    System.setProperty("java.awt.headless", "true");
  }

  private static final Pattern LONG_NUMBER = Pattern.compile("(\\d\\.\\d\\d)\\d+");
  private static final String NUMBERS = "#,##0.####";
  private static final int WIDTH = 860;
  private static final int HEIGHT = 460;

  /** The charts these rows suffice for, by file name. */
  static Map<String, Chart> of(List<Row> rows) {
    Map<String, Chart> charts = new LinkedHashMap<>();
    add(
        charts,
        "recall-latency",
        new Chart(
            "Recall and latency, one thread",
            "p50 milliseconds",
            "p50Millis",
            true,
            "recall",
            "recall",
            curves(rows, row -> isOneThreadSearch(row) || isFullSizeGraph(row, rows))));
    add(
        charts,
        "latency-items",
        new Chart(
            "Latency and catalogue size, one thread",
            "items",
            "items",
            true,
            "p50 milliseconds",
            "p50Millis",
            curves(rows, row -> row.kind().equals("growth"))));
    return charts;
  }

  /** The chart as a file of scalable vector graphics. */
  byte[] toSvg() {
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      VectorGraphicsEncoder.saveVectorGraphic(draw(), bytes, VectorGraphicsFormat.SVG);
      // Letters are drawn as outlines, whose many decimals nobody sees.
      return LONG_NUMBER.matcher(bytes.toString(UTF_8)).replaceAll("$1").getBytes(UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The chart. */
  XYChart draw() {
    XYChart chart =
        new XYChartBuilder()
            .title(title)
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle(xName)
            .yAxisTitle(yName)
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setXAxisLogarithmic(logarithmicX);
    chart.getStyler().setYAxisLogarithmic(yField.endsWith("Millis"));
    chart.getStyler().setXAxisDecimalPattern(NUMBERS).setYAxisDecimalPattern(NUMBERS);
    if (logarithmicX) {
      chart.getStyler().setXAxisMin(decade(least(xField), Math::floor));
      chart.getStyler().setXAxisMax(decade(most(xField), Math::ceil));
    }
    if (chart.getStyler().isYAxisLogarithmic()) {
      chart.getStyler().setYAxisMin(decade(least(yField), Math::floor));
      chart.getStyler().setYAxisMax(decade(most(yField), Math::ceil));
    } else {
      chart.getStyler().setYAxisMin(Math.min(0.9, Math.floor(least(yField) * 10) / 10));
      chart.getStyler().setYAxisMax(1.0);
    }
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    curves.forEach(
        (name, points) -> {
          List<Row> sorted =
              points.stream()
                  .sorted(Comparator.comparingDouble(row -> row.number(xField)))
                  .toList();
          var series =
              chart.addSeries(
                  name,
                  sorted.stream().mapToDouble(row -> row.number(xField)).toArray(),
                  sorted.stream().mapToDouble(row -> row.number(yField)).toArray());
          series.setMarker(SeriesMarkers.CIRCLE).setLineStyle(new BasicStroke(2));
        });
    return chart;
  }

  private double least(String field) {
    return values(field).min().orElse(1);
  }

  private double most(String field) {
    return values(field).max().orElse(1);
  }

  private DoubleStream values(String field) {
    return curves.values().stream().flatMap(List::stream).mapToDouble(row -> row.number(field));
  }

  /** A power of ten beside a value, so that a logarithmic axis has labels at both ends. */
  private static double decade(double value, DoubleUnaryOperator rounding) {
    return Math.pow(10, rounding.applyAsDouble(Math.log10(value)));
  }

  private static void add(Map<String, Chart> charts, String name, Chart chart) {
    if (!chart.curves().isEmpty()) {
      charts.put(name, chart);
    }
  }

  private static Map<String, List<Row>> curves(List<Row> rows, Predicate<Row> shown) {
    return rows.stream()
        .filter(shown)
        .collect(
            Collectors.groupingBy(
                Chart::curve, LinkedHashMap::new, Collectors.toCollection(ArrayList::new)));
  }

  private static String curve(Row row) {
    String algorithm = row.text("algorithm");
    return algorithm != null
        ? algorithm
        : Objects.requireNonNullElse(row.text("name"), "") + ", " + row.text("vectors");
  }

  private static boolean isOneThreadSearch(Row row) {
    return row.kind().equals("retrieval") && row.number("threads") == 1;
  }

  /** Whether the row is of a peer on as many items as ours. */
  private static boolean isFullSizeGraph(Row row, List<Row> rows) {
    return row.kind().equals("baseline")
        && row.text("vectors") != null
        && rows.stream()
            .anyMatch(
                ours -> isOneThreadSearch(ours) && ours.number("items") == row.number("items"));
  }
}
