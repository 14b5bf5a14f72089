/**
 * JMH benchmarks of the search, item by item. Not part of the build's tests; run them with
 *
 * <pre>
 * mvn -DskipTests package
 * java @etc/jvm.options -cp 'demo/target/lib/*' org.openjdk.jmh.Main dev.molstream.benchmark.jmh
 * </pre>
 */
@NullMarked
package dev.molstream.benchmark.jmh;

import org.jspecify.annotations.NullMarked;
