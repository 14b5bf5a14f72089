package dev.molstream.stream.model;

import dev.molstream.service.ServiceConfig;
import dev.molstream.service.StreamsService;
import dev.molstream.stream.shard.ShardClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Takes away what a retired model has left here: the state of its feeds, whatever the catalogue was
 * when they ran, and the group of its shards. One thread.
 */
final class Retirement {
  private final ServiceConfig service;
  private final Catalogue catalogue;

  Retirement(ServiceConfig service, Catalogue catalogue) {
    this.service = service;
    this.catalogue = catalogue;
  }

  /** Does all of it; what is gone already is passed over. */
  void complete(String modelId) {
    String shards = ShardClient.applicationId(service, modelId);
    if (catalogue == Catalogue.SHARDED) {
      deleteGroup(shards);
    }
    for (String id :
        List.of(
            IndexFeed.applicationId(service, modelId),
            ShardedFeed.applicationId(service, modelId),
            shards)) {
      deleteFolder(service.stateDirectory().resolve(id));
    }
  }

  /** Every instance tries, once it has left the group itself: the last one to leave succeeds. */
  private void deleteGroup(String group) {
    try (Admin admin = StreamsService.admin(service)) {
      admin.deleteConsumerGroups(List.of(group)).all().get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case GroupIdNotFoundException _, GroupNotEmptyException _ -> {}
        case KafkaException refused -> throw refused;
        case null, default ->
            throw new KafkaException("cannot delete group " + group, e.getCause());
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static void deleteFolder(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }
}
