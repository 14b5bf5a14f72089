package dev.molstream.retrieval.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.Examples;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CentroidsTest {
  private final SplittableRandom random = new SplittableRandom(19);

  @Test
  void givesEachOfSeparatedClustersAListOfItsOwn() {
    // given
    int clusters = 16;
    int members = 40;
    int dimension = 5;
    float[] middles = Examples.gaussians(random, clusters * dimension, 100);
    float[] sample = Examples.gaussians(random, clusters * members * dimension, 0.1);
    for (int row = 0; row < clusters * members; row++) {
      int middle = row / members * dimension;
      FloatRows.addScaled(1, middles, middle, sample, row * dimension, dimension);
    }

    // when
    Centroids centroids = Centroids.learn(sample, dimension, clusters, random);

    // then
    assertThat(centroids.count()).isEqualTo(clusters);
    float[] scratch = new float[centroids.scratchFloats()];
    Set<Integer> lists = new HashSet<>();
    for (int cluster = 0; cluster < clusters; cluster++) {
      int list = centroids.nearest(row(middles, cluster, dimension), scratch);
      assertThat(lists.add(list)).as("list %d is new", list).isTrue();
      for (int i = 0; i < members; i++) {
        float[] code = row(sample, cluster * members + i, dimension);
        assertThat(centroids.nearest(code, scratch)).isEqualTo(list);
        assertThat(centroids.squaredDistance(code, list)).isLessThan(2);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,50", "2,50", "20,400", "300,3000", "4900,9800"})
  void choosesTheNearestListOfARegion(int count, int rows) {
    // given
    int dimension = 3;
    float[] sample = Examples.gaussians(random, rows * dimension, 1);

    // when
    Centroids centroids = Centroids.learn(sample, dimension, count, random);

    // then
    float[] scratch = new float[centroids.scratchFloats()];
    for (int i = 0; i < 300; i++) {
      float[] code = Examples.gaussians(random, dimension, 1.5);
      int list = centroids.nearest(code, scratch);
      int region = centroids.region(list);
      float nearest = Float.POSITIVE_INFINITY;
      for (int other = centroids.firstList(region);
          other < centroids.firstList(region + 1);
          other++) {
        nearest = Math.min(nearest, centroids.squaredDistance(code, other));
      }
      assertThat(centroids.squaredDistance(code, list)).isCloseTo(nearest, within(1e-4f));
    }
  }

  @ParameterizedTest
  @CsvSource({"1,50", "2,50", "20,400", "300,3000", "4900,9800"})
  void numbersTheListsRegionByRegion(int count, int rows) {
    Centroids centroids =
        Centroids.learn(Examples.gaussians(random, rows * 3, 1), 3, count, random);

    assertThat(centroids.count()).isBetween(1 + count / 2, 2 * count);
    assertThat(centroids.regionCount()).isEqualTo((int) Math.round(Math.sqrt(count)));
    assertThat(centroids.firstList(0)).isZero();
    assertThat(centroids.firstList(centroids.regionCount())).isEqualTo(centroids.count());
    for (int region = 0; region < centroids.regionCount(); region++) {
      int first = centroids.firstList(region);
      int end = centroids.firstList(region + 1);
      assertThat(end).isGreaterThan(first);
      assertThat(centroids.centralList(region)).isBetween(first, end - 1);
      for (int list = first; list < end; list++) {
        assertThat(centroids.region(list)).isEqualTo(region);
      }
    }
  }

  @Test
  void putsEverythingIntoASingleList() {
    Centroids centroids = Centroids.single(3);

    assertThat(centroids.count()).isEqualTo(1);
    assertThat(centroids.nearest(new float[] {5, -9, 1}, new float[centroids.scratchFloats()]))
        .isZero();
    assertThat(centroids.squaredDistance(new float[] {1, -2, 2}, 0)).isEqualTo(9);
  }

  @Test
  void makesNoMoreListsThanThereAreRows() {
    // given
    float[] sample = Examples.gaussians(random, 5 * 3, 1);

    // when
    Centroids centroids = Centroids.learn(sample, 3, 64, random);

    // then
    assertThat(centroids.count()).isEqualTo(5);
    float[] scratch = new float[centroids.scratchFloats()];
    for (int i = 0; i < 5; i++) {
      float[] code = row(sample, i, 3);
      assertThat(centroids.squaredDistance(code, centroids.nearest(code, scratch))).isZero();
    }
  }

  @Test
  void bearsRowsThatAreAllTheSame() {
    float[] sample = new float[100 * 3];
    Arrays.fill(sample, 2);

    Centroids centroids = Centroids.learn(sample, 3, 9, random);

    int list = centroids.nearest(new float[] {2, 2, 2}, new float[centroids.scratchFloats()]);
    assertThat(centroids.squaredDistance(new float[] {2, 2, 3}, list)).isEqualTo(1);
  }

  private static float[] row(float[] rows, int row, int dimension) {
    return Arrays.copyOfRange(rows, row * dimension, (row + 1) * dimension);
  }
}
