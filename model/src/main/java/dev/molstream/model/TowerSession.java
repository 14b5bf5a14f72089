package dev.molstream.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One tower in ONNX Runtime: a session with one thread, the caller's. Owned by one tower, one
 * thread at a time; the runtime's environment is shared and lives as long as the process.
 */
final class TowerSession implements AutoCloseable {
  private static final Pattern NOISE =
      Pattern.compile("^Error code - \\w+ - message: |/onnxruntime_src/\\S+:\\d+ .*?\\) ");

  private final String name;
  private final OrtSession session;
  private final Set<String> inputs;
  private final Set<String> outputs;
  private boolean closed;

  private TowerSession(String name, OrtSession session) {
    this.name = name;
    this.session = session;
    this.inputs = Set.copyOf(session.getInputNames());
    this.outputs = Set.copyOf(session.getOutputNames());
  }

  /**
   * Loads a graph and compares its inputs and outputs with what the bundle format wants.
   *
   * @param name what to call the tower when it fails later, such as "the query tower"
   * @param graph the model file's bytes, direct; read during the call
   * @throws IllegalArgumentException in one line, without the file's name
   */
  static TowerSession open(
      String name, ByteBuffer graph, List<TowerPort> inputs, List<TowerPort> outputs) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      // Parallelism is across stream threads: a pool per session would only oversubscribe the
      // cores.
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      // What goes wrong comes back as an exception; the runtime need not print it as well.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      // Weights beside the graph would have no digest. The runtime looks for them in the working
      // directory unless told another place: this one, which its complaint then names.
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path",
          "/a bundle's graphs hold their weights themselves");
      OrtSession session = OnnxEnvironment.shared().createSession(graph, options);
      try {
        requireFit("input", inputs, session.getInputInfo());
        requireFit("output", outputs, session.getOutputInfo());
      } catch (RuntimeException | OrtException e) {
        session.close();
        throw e;
      }
      return new TowerSession(name, session);
    } catch (OrtException e) {
      throw new IllegalArgumentException("ONNX Runtime refuses it: " + oneLine(e), e);
    }
  }

  /** Whether the graph reads the given input. */
  boolean reads(String input) {
    return inputs.contains(input);
  }

  /** Whether the graph has the given output. */
  boolean gives(String output) {
    return outputs.contains(output);
  }

  /** Runs the graph, writing the outputs into the given tensors. */
  void run(Map<String, ? extends OnnxTensorLike> inputs, Map<String, OnnxTensor> outputs) {
    if (closed) {
      throw new IllegalStateException(name + " is closed");
    }
    try {
      session.run(inputs, outputs).close();
    } catch (OrtException e) {
      throw new IllegalStateException(name + " failed: " + oneLine(e), e);
    }
  }

  /** A tensor over the buffer's remaining values: a view, no copy. To be closed by the caller. */
  OnnxTensor tensor(Buffer direct, long... shape) {
    try {
      return switch (direct) {
        case FloatBuffer floats -> OnnxTensor.createTensor(OnnxEnvironment.shared(), floats, shape);
        case LongBuffer longs -> OnnxTensor.createTensor(OnnxEnvironment.shared(), longs, shape);
        default -> throw new IllegalArgumentException("no tensor over " + direct);
      };
    } catch (OrtException e) {
      throw new IllegalStateException(name + ": " + oneLine(e), e);
    }
  }

  /** Refuses values a graph must never give, so that they do not reach the index. */
  void requireFinite(String output, float[] values, Object of) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalStateException(
            "%s gives %s holding %s for %s, valid are finite numbers"
                .formatted(name, output, value, of));
      }
    }
  }

  /** Whether close has been called. */
  boolean closed() {
    return closed;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException(name + " did not close: " + oneLine(e), e);
      }
    }
  }

  static FloatBuffer floats(int size) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(size, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  static LongBuffer longs(int size) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(size, Long.BYTES))
        .order(ByteOrder.nativeOrder())
        .asLongBuffer();
  }

  private static void requireFit(
      String kind, List<TowerPort> ports, Map<String, NodeInfo> declared) {
    for (TowerPort port : ports) {
      NodeInfo info = declared.get(port.name());
      if (info != null) {
        port.requireFits(info);
      } else if (port.required()) {
        throw new IllegalArgumentException(
            "has no %s %s, only %s".formatted(kind, port.name(), new TreeSet<>(declared.keySet())));
      }
    }
    Set<String> known = ports.stream().map(TowerPort::name).collect(Collectors.toSet());
    for (String name : declared.keySet()) {
      if (kind.equals("input") && !known.contains(name)) {
        throw new IllegalArgumentException(
            "has an unknown input %s, valid are %s".formatted(name, new TreeSet<>(known)));
      }
    }
  }

  /** Without the runtime's error code, source file and C++ signature. */
  private static String oneLine(OrtException e) {
    String message = String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    return NOISE.matcher(message).replaceAll("");
  }
}
