/**
 * What is printed: {@link dev.molstream.benchmark.report.Row} is a result, as JSON, in a table and
 * on a page with charts.
 */
@NullMarked
package dev.molstream.benchmark.report;

import org.jspecify.annotations.NullMarked;
