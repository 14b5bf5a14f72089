package dev.molstream.benchmark.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A chart of results, a curve per name. Drawing needs no display.
 *
 * @param title over the chart
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param curves points by what the legend calls them, in its order
 */
public record Chart(String title, Axis x, Axis y, Map<String, List<Point>> curves) {
  static {
    // A display that is named but not there would fail it.
    System.setProperty("java.awt.headless", "true");
  }

  private static final Pattern LONG_NUMBER = Pattern.compile("(\\d\\.\\d\\d)\\d+");
  private static final String NUMBERS = "#,##0.####";
  private static final int WIDTH = 860;
  private static final int HEIGHT = 460;
  private static final int LEAST_STEPS = 4;

  public Chart {
    Map<String, List<Point>> copy = new LinkedHashMap<>();
    curves.forEach((name, points) -> copy.put(name, List.copyOf(points)));
    curves = Collections.unmodifiableMap(copy);
  }

  /**
   * An axis, which reaches as far as the values do.
   *
   * @param name of what it shows
   * @param logarithmic whether it is; such an axis leaves out what is not above 0
   */
  public record Axis(String name, boolean logarithmic) {
    private boolean shows(double value) {
      return Double.isFinite(value) && (!logarithmic || value > 0);
    }

    /** Its ends: decades, or a round step below the least value and above the greatest. */
    private double[] ends(double least, double most) {
      if (logarithmic) {
        double low = decade(least, Math::floor);
        return new double[] {low, Math.max(10 * low, decade(most, Math::ceil))};
      }
      double step = roundStep(most > least ? most - least : Math.max(1, Math.abs(most)));
      double low = Math.floor(least / step) * step;
      double high = Math.ceil(most / step) * step;
      return new double[] {low, high > low ? high : low + step};
    }

    private static double decade(double value, DoubleUnaryOperator rounding) {
      return Math.pow(10, rounding.applyAsDouble(Math.log10(value)));
    }

    /** The greatest of 1, 2 and 5 times a power of ten of which the range has some steps. */
    private static double roundStep(double range) {
      double decade = Math.pow(10, Math.floor(Math.log10(range / LEAST_STEPS)));
      return DoubleStream.of(5, 2, 1)
          .map(times -> times * decade)
          .filter(step -> range / step >= LEAST_STEPS)
          .findFirst()
          .orElse(decade);
    }
  }

  /** A point of a curve. */
  public record Point(double x, double y) {
    /** Two of a result's fields. */
    public static Point of(Row row, String xField, String yField) {
      return new Point(row.number(xField), row.number(yField));
    }
  }

  /** The chart as a file of scalable vector graphics. */
  public byte[] toSvg() {
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      VectorGraphicsEncoder.saveVectorGraphic(draw(), bytes, VectorGraphicsFormat.SVG);
      // Letters are drawn as outlines, whose many decimals nobody sees.
      return LONG_NUMBER.matcher(bytes.toString(UTF_8)).replaceAll("$1").getBytes(UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The chart; curves of which no point can be shown are left out. */
  XYChart draw() {
    XYChart chart =
        new XYChartBuilder()
            .title(title)
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle(x.name())
            .yAxisTitle(y.name())
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setXAxisLogarithmic(x.logarithmic()).setYAxisLogarithmic(y.logarithmic());
    chart.getStyler().setXAxisDecimalPattern(NUMBERS).setYAxisDecimalPattern(NUMBERS);
    double[] across = x.ends(least(Point::x), most(Point::x));
    chart.getStyler().setXAxisMin(across[0]).setXAxisMax(across[1]);
    double[] up = y.ends(least(Point::y), most(Point::y));
    chart.getStyler().setYAxisMin(up[0]).setYAxisMax(up[1]);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    curves.forEach((name, points) -> addCurve(chart, name, shown(points)));
    return chart;
  }

  private static void addCurve(XYChart chart, String name, List<Point> points) {
    if (!points.isEmpty()) {
      chart
          .addSeries(
              name,
              points.stream().mapToDouble(Point::x).toArray(),
              points.stream().mapToDouble(Point::y).toArray())
          .setMarker(SeriesMarkers.CIRCLE)
          .setLineStyle(new BasicStroke(2));
    }
  }

  private List<Point> shown(List<Point> points) {
    return points.stream()
        .filter(point -> x.shows(point.x()) && y.shows(point.y()))
        .sorted(Comparator.comparingDouble(Point::x))
        .toList();
  }

  private double least(ToDoubleFunction<Point> value) {
    return values(value).min().orElse(1);
  }

  private double most(ToDoubleFunction<Point> value) {
    return values(value).max().orElse(1);
  }

  private DoubleStream values(ToDoubleFunction<Point> value) {
    return curves.values().stream().flatMap(points -> shown(points).stream()).mapToDouble(value);
  }
}
