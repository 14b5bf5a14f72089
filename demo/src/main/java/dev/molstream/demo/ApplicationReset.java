package dev.molstream.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to make one Kafka Streams application forget: the offsets of the topics it shall
 * read again, its internal topics, and its state on this machine. Offsets of other topics stay:
 * requests that were answered are not answered again.
 *
 * @param applicationId the application, its group and the beginning of its internal topics' names
 * @param type how its group is kept, or null when there is no group
 * @param offsets what its group has committed and is to forget
 * @param topics its internal topics
 * @param directories its state on this machine
 */
public record ApplicationReset(
    String applicationId,
    @Nullable GroupType type,
    Set<TopicPartition> offsets,
    Set<String> topics,
    List<Path> directories) {
  private static final List<String> INTERNAL = List.of("-changelog", "-repartition");
  private static final Set<GroupState> WITHOUT_MEMBERS =
      Set.of(GroupState.EMPTY, GroupState.DEAD, GroupState.UNKNOWN);
  // Kafka Streams locks this while it runs.
  private static final String PROCESS_FILE = "kafka-streams-process-metadata";

  public ApplicationReset {
    offsets = Set.copyOf(offsets);
    topics = Collections.unmodifiableSortedSet(new TreeSet<>(topics));
    directories = List.copyOf(directories);
  }

  /**
   * Finds out what is there. Changes nothing.
   *
   * @param reread full names of the topics to be read again
   * @param state the services' state.dir on this machine
   * @throws KafkaException when an instance is running, or the broker does not say
   */
  public static ApplicationReset of(
      Admin admin, String applicationId, Set<String> reread, Path state) {
    Collection<GroupListing> groups = await(admin.listGroups().all());
    GroupListing group =
        groups.stream().filter(g -> g.groupId().equals(applicationId)).findFirst().orElse(null);
    GroupType type = null;
    if (group != null) {
      GroupState now = group.groupState().orElse(GroupState.UNKNOWN);
      if (!WITHOUT_MEMBERS.contains(now)) {
        throw new KafkaException(
            "%s is %s, it has members: stop all its instances and try again (one that crashed is a member until its session times out)"
                .formatted(applicationId, now));
      }
      type = group.type().orElse(GroupType.CLASSIC);
    }
    List<Path> directories = directories(state, applicationId);
    directories.forEach(directory -> requireUnused(directory, applicationId));
    return new ApplicationReset(
        applicationId,
        type,
        type == null ? Set.of() : committed(admin, applicationId, reread),
        internalTopics(admin, applicationId, groups),
        directories);
  }

  /** Does it: when it fails half-way, doing it again goes on. */
  public void carryOut(Admin admin) {
    if (!offsets.isEmpty()) {
      await(
          type == GroupType.STREAMS
              ? admin.deleteStreamsGroupOffsets(applicationId, offsets).all()
              : admin.deleteConsumerGroupOffsets(applicationId, offsets).all());
    }
    await(admin.deleteTopics(topics).all());
    directories.forEach(ApplicationReset::delete);
  }

  private static Set<TopicPartition> committed(Admin admin, String group, Set<String> reread) {
    return await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .entrySet()
        .stream()
        .filter(entry -> entry.getValue() != null && reread.contains(entry.getKey().topic()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Those whose name begins with this application's id, and not with a longer one of another. */
  private static Set<String> internalTopics(
      Admin admin, String applicationId, Collection<GroupListing> groups) {
    List<String> others =
        groups.stream()
            .map(GroupListing::groupId)
            .filter(other -> other.startsWith(applicationId + "-"))
            .toList();
    return await(admin.listTopics().names()).stream()
        .filter(topic -> topic.startsWith(applicationId + "-"))
        .filter(topic -> INTERNAL.stream().anyMatch(topic::endsWith))
        .filter(topic -> others.stream().noneMatch(other -> topic.startsWith(other + "-")))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The application's own, and those of the indexes it feeds beside itself. */
  private static List<Path> directories(Path state, String applicationId) {
    if (!Files.isDirectory(state)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(state)) {
      return entries
          .filter(Files::isDirectory)
          .filter(
              path -> {
                String name = String.valueOf(path.getFileName());
                return name.equals(applicationId) || name.startsWith(applicationId + "-index-");
              })
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireUnused(Path directory, String applicationId) {
    Path file = directory.resolve(PROCESS_FILE);
    if (!Files.exists(file)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        return;
      }
    } catch (OverlappingFileLockException ofThisProcess) {
      // in use all the same
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new KafkaException(
        "%s is in use by a running instance of %s: stop it and try again"
            .formatted(directory, applicationId));
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + directory, e);
    }
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException refused
          ? refused
          : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
