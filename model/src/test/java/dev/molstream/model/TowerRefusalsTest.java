package dev.molstream.model;

import static dev.molstream.model.GraphEdit.cast;
import static dev.molstream.model.GraphEdit.integer;
import static dev.molstream.model.GraphEdit.node;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import dev.molstream.model.onnx.ElementType;
import dev.molstream.model.onnx.OnnxGraph;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way to export a tower wrongly, and those that only look wrong. */
class TowerRefusalsTest {
  private static final BundleFile QUERY = BundleFile.QUERY_TOWER;
  private static final BundleFile ITEM = BundleFile.ITEM_TOWER;

  @TempDir Path folder;

  private BundleOnDisk bundle;

  @BeforeEach
  void write() {
    bundle = BundleOnDisk.write(folder.resolve("bundle"));
    // What follows its encoder is checked for itself; here the towers are looked at whole.
    bundle.editModel(BundleFile.QUERY_TOWER, model -> model.getGraphBuilder().removeOutput(0));
  }

  // What ONNX Runtime cannot load.

  @Test
  void refusesAFileThatIsNoOnnxModel() {
    bundle.replace(QUERY, "a pickle");
    refused(QUERY, "ONNX Runtime refuses it: Failed to load model because protobuf parsing failed");
    bundle.replace(QUERY, "");
    refused(QUERY, "ONNX Runtime refuses it: Invalid model buffer");
  }

  @Test
  void refusesAFormatNewerThanOnnxRuntimeKnows() {
    byte[] good = bundle.bytes(QUERY);
    bundle.editModel(QUERY, model -> model.setIrVersion(99));
    refused(
        QUERY,
        "ONNX Runtime refuses it: Unsupported model IR version: 99, max supported IR version");
    bundle.replace(QUERY, good);
    bundle.editModel(QUERY, model -> model.getOpsetImportBuilder(0).setVersion(99));
    refused(QUERY, "ONNX Runtime refuses it: ", "Opset 99 is under development", "is till opset");
  }

  @Test
  void refusesOperatorsOfOthers() {
    editGraph(QUERY, graph -> graph.convertOutput("gate", node("Magic").setDomain("com.acme")));
    refused(QUERY, "ONNX Runtime refuses it: ", "No opset import for domain 'com.acme'");
  }

  @Test
  void refusesWeightsInAnotherFile() {
    // A file any working directory of this test has.
    bundle.editModel(QUERY, model -> moveOut(model, "pom.xml"));
    refused(
        QUERY,
        "ONNX Runtime refuses it: ",
        "gate.bias",
        "a bundle's graphs hold their weights themselves/pom.xml");
  }

  // Inputs and outputs.

  @ParameterizedTest
  @CsvSource({
    "QUERY_TOWER, history, DOUBLE,  '[B, n, 6]', FLOAT",
    "QUERY_TOWER, history, FLOAT16, '[B, n, 6]', FLOAT",
    "QUERY_TOWER, mask,    BOOL,    '[B, n]',    FLOAT",
    "QUERY_TOWER, mask,    INT64,   '[B, n]',    FLOAT",
    "ITEM_TOWER,  row,     INT32,   '[B]',       INT64",
    "ITEM_TOWER,  features,INT32,   '[B, 16]',   INT64"
  })
  void refusesInputsOfAnotherType(
      BundleFile file, String input, DataType type, String dimensions, String valid) {
    editGraph(
        file,
        graph ->
            graph.redeclareInput(
                input,
                type,
                List.of(dimensions(dimensions)),
                cast(valid.equals("FLOAT") ? DataType.FLOAT : DataType.INT64)));
    refused(
        file, "%s is %s %s, valid is %s %s".formatted(input, type, dimensions, valid, dimensions));
  }

  @ParameterizedTest
  @CsvSource({
    "QUERY_TOWER, history,      '[n, 6]',       FLOAT, '[B, n, 6]'",
    "QUERY_TOWER, history,      '[B, 50, 6]',   FLOAT, '[B, n, 6]'",
    "QUERY_TOWER, history,      '[1, n, 6]',    FLOAT, '[B, n, 6]'",
    "QUERY_TOWER, mask,         '[B, n, 1]',    FLOAT, '[B, n]'",
    "QUERY_TOWER, actions,      '[B, n, 1]',    INT64, '[B, n]'",
    "QUERY_TOWER, times,        '[n]',          INT64, '[B, n]'",
    "QUERY_TOWER, request_time, '[B, 1]',       INT64, '[B]'",
    "ITEM_TOWER,  row,          '[1]',          INT64, '[B]'",
    "ITEM_TOWER,  row,          '[B, 1]',       INT64, '[B]'",
    "ITEM_TOWER,  features,     '[B, 8]',       INT64, '[B, 16]'"
  })
  void refusesInputsOfAnotherShape(
      BundleFile file, String input, String dimensions, DataType type, String valid) {
    // The optional ones are declared and read by nobody; for the others, what reads them must fit.
    editGraph(
        file,
        graph -> {
          if (List.of("actions", "times", "request_time").contains(input)) {
            graph.addInput(input, type, dimensions(dimensions));
          } else {
            graph.redeclareInput(
                input,
                type,
                List.of(dimensions(dimensions)),
                node("Reshape", graph.constant("like", like(valid))));
          }
        });
    refused(file, "%s is %s %s, valid is %s %s".formatted(input, type, dimensions, type, valid));
  }

  @ParameterizedTest
  @CsvSource({
    "QUERY_TOWER, components, FLOAT,   '[B, 12]',    'FLOAT [B, 3, 4]'",
    "QUERY_TOWER, components, FLOAT,   '[B, 4, 3]',  'FLOAT [B, 3, 4]'",
    "QUERY_TOWER, gate,       DOUBLE,  '[B, 6]',     'FLOAT [B, 6]'",
    "QUERY_TOWER, gate,       FLOAT,   '[B, 1, 6]',  'FLOAT [B, 6]'",
    "QUERY_TOWER, gate,       FLOAT,   '[B, 3, 2]',  'FLOAT [B, 6]'",
    "ITEM_TOWER,  base,       FLOAT16, '[B, 6]',     'FLOAT [B, 6]'",
    "ITEM_TOWER,  base,       FLOAT,   '[B, 3, 2]',  'FLOAT [B, 6]'",
    "ITEM_TOWER,  components, FLOAT,   '[B, 8]',     'FLOAT [B, 2, 4]'",
    "ITEM_TOWER,  gate,       FLOAT,   '[1, 6]',     'FLOAT [B, 6]'"
  })
  void refusesOutputsOfAnotherTypeOrShape(
      BundleFile file, String output, DataType type, String dimensions, String valid) {
    editGraph(
        file,
        graph ->
            graph.redeclareOutput(
                output,
                type,
                List.of(dimensions(dimensions)),
                type == DataType.FLOAT
                    ? node("Reshape", graph.constant("like", like(dimensions)))
                    : cast(type)));
    refused(file, "%s is %s %s, valid is %s".formatted(output, type, dimensions, valid));
  }

  @Test
  void refusesAnOutputThatIsNoTensor() {
    TypeProto floats =
        TypeProto.newBuilder()
            .setTensorType(TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.getNumber()))
            .build();
    editGraph(
        QUERY,
        graph -> {
          graph.convertOutput("gate", node("SequenceConstruct"));
          graph
              .graph()
              .getOutputBuilder(1)
              .getTypeBuilder()
              .setSequenceType(TypeProto.Sequence.newBuilder().setElemType(floats));
        });
    refused(QUERY, "gate is a SequenceInfo", ", valid is a tensor");
  }

  @Test
  void refusesInputsThatNobodyFills() {
    editGraph(QUERY, graph -> graph.addInput("age", DataType.FLOAT, "B"));
    refused(
        QUERY,
        "has an unknown input age, valid are [actions, history, mask, request_time, times, user]");
    // The manifest says that items have no content embeddings.
    editGraph(ITEM, graph -> graph.addInput("content", DataType.FLOAT, "B", 8));
    refused(ITEM, "has an unknown input content, valid are [features, row]");
  }

  @Test
  void refusesATowerWithoutAnInputOrOutputItNeeds() {
    byte[] good = bundle.bytes(QUERY);
    editGraph(QUERY, graph -> graph.renameInput("history", "x"));
    refused(QUERY, "has no input history, only [mask, x]");
    bundle.replace(QUERY, good);
    editGraph(QUERY, graph -> graph.renameOutput("gate", "logits"));
    refused(QUERY, "has no output gate, only [components, logits]");
    bundle.replace(QUERY, good);
    editGraph(ITEM, graph -> graph.renameOutput("base", "embedding"));
    refused(ITEM, "has no output base, only [components, embedding, gate]");
  }

  @Test
  void acceptsATowerWithoutTheInputsItDoesNotRead() {
    editGraph(
        QUERY,
        graph -> {
          graph.removeInput("mask", "ones");
          graph.prepend("ones", node("Add", "zero", graph.scalar("one", 1)));
          graph.prepend("zero", node("Mul", "first", graph.scalar("nothing", 0)));
          graph.prepend(
              "first",
              node("ReduceSum", "history", graph.constant("last", -1))
                  .addAttribute(integer("keepdims", 0)));
        });
    editGraph(
        ITEM,
        graph -> {
          graph.removeInput("row", "rows");
          graph.prepend("rows", node("Sub", "least", "least"));
          graph.prepend(
              "least",
              node("ReduceMin", "features")
                  .addAttribute(integer("keepdims", 0))
                  .addAttribute(GraphEdit.integers("axes", 1)));
        });

    assertThat(bundle.read().trainedItemIds()).hasSize(3);
  }

  @Test
  void acceptsFurtherOutputs() {
    editGraph(
        QUERY,
        graph -> {
          graph.append("attention", node("Identity", "mask"));
          graph.graph().addOutput(graph.graph().getInput(1).toBuilder().setName("attention"));
        });

    assertThat(bundle.read().trainedItemIds()).hasSize(3);
  }

  // What only running it shows.

  @Test
  void refusesOpenDimensionsThatTurnOutWrong() {
    // As many gate values as events: right for histories of six only.
    OnnxGraph graph = new OnnxGraph();
    String history = graph.input("history", ElementType.FLOAT, "B", "n", 6);
    String mask = graph.input("mask", ElementType.FLOAT, "B", "n");
    String vectors =
        graph.node("Slice", history, graph.integers(0), graph.integers(4), graph.integers(2));
    graph.output("components", ElementType.FLOAT, graph.unitLength(vectors), "B", "p", "d");
    graph.output("gate", ElementType.FLOAT, mask, "B", "l");
    bundle.replace(QUERY, graph.toBytes("open"));

    refused(
        QUERY,
        "a history of 1 event: the query tower failed: ",
        "has shape {1,6} but the computed output shape for this run is {1,1}");
  }

  @Test
  void refusesAPositionTableShorterThanTheLongestHistory() {
    editGraph(
        QUERY,
        graph -> {
          graph.redeclareInput(
              "history", DataType.FLOAT, List.of("B", "n", 6), node("Add", "positioned"));
          graph.prepend("positioned", node("Gather", graph.zeros("positions", 40, 6), "indices"));
          graph.prepend(
              "indices",
              node("Range", graph.wholeNumber("from", 0), "n", graph.wholeNumber("step", 1)));
          graph.prepend("n", node("Gather", "shape", graph.wholeNumber("axis", 1)));
          graph.prepend("shape", node("Shape", "history"));
        });
    refused(QUERY, "a history of 50 events: the query tower failed: ", "40", "50");
  }

  @Test
  void refusesATowerForFewerActionsThanThereAre() {
    editGraph(
        QUERY,
        graph -> {
          graph.addInput("actions", DataType.INT64, "B", "n");
          graph.append("acted", node("Gather", graph.zeros("table", 5), "actions"));
          addToGate(graph, "acted");
        });
    refused(
        QUERY,
        "an event with action 5: the query tower failed: ",
        "idx=5 must be within the inclusive range [-5,4]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0    | a history of 1 event: the query tower gives gate holding -Infinity for a history of 1 event
          1    | a request an hour before the event: the query tower gives gate holding NaN for a history of 1 event
          """)
  void refusesALogarithmOfTimesThatAreNotInOrder(float added, String message) {
    editGraph(
        QUERY,
        graph -> {
          graph.addInput("times", DataType.INT64, "B", "n");
          graph.addInput("request_time", DataType.INT64, "B");
          graph.append("ago", node("Sub", "request_time", "times"));
          graph.append("millis", cast(DataType.FLOAT).addInput("ago"));
          graph.append("some", node("Add", "millis", graph.scalar("added", added)));
          graph.append("logarithm", node("Log", "some"));
          addToGate(graph, "logarithm");
        });
    refused(QUERY, message + ", valid are finite numbers");
  }

  @Test
  void refusesATimeTableThatEndsTooSoon() {
    editGraph(
        QUERY,
        graph -> {
          graph.addInput("times", DataType.INT64, "B", "n");
          graph.addInput("request_time", DataType.INT64, "B");
          graph.append("ago", node("Sub", "request_time", "times"));
          graph.append("hours", node("Div", "ago", graph.wholeNumber("hour", 3_600_000)));
          graph.append("hour.bias", node("Gather", graph.zeros("table", 1), "hours"));
          addToGate(graph, "hour.bias");
        });
    // 1970 is the bundle's time, so that the earliest possible event is an hour old.
    refused(QUERY, "an event in 1970: the query tower failed: ", "idx=1 must be within");
  }

  @Test
  void refusesWhatIsNotANumberForAHistoryOfOne() {
    editGraph(
        QUERY,
        graph -> {
          graph.append("events", node("ReduceSum", "mask"));
          graph.append("others", node("Sub", "events", graph.scalar("one", 1)));
          graph.convertOutput("gate", node("Div", "others"));
        });
    refused(
        QUERY,
        "a history of 1 event: the query tower gives gate holding ",
        " for a history of 1 event, valid are finite numbers");
  }

  @Test
  void refusesWhatIsNotANumberForWhatNothingIsKnownOf() {
    byte[] good = bundle.bytes(QUERY);
    // Divided by the length of a vector that may be zero.
    editGraph(
        QUERY,
        graph -> {
          graph.append("squares", node("Mul", "history", "history"));
          graph.append("length", node("ReduceSum", "squares"));
          addToGate(graph, graph.append("nothing", node("Div", "length", "length")));
        });
    refused(
        QUERY,
        "a history of an item of which nothing is known: the query tower gives gate holding NaN");
    bundle.replace(QUERY, good);
    bundle.editWeights(ITEM, "gate.bias", floats -> floats.putFloat(0, Float.NaN));
    refused(ITEM, "row 1: the item tower gives gate holding NaN for it, valid are finite numbers");
  }

  @Test
  void refusesNumbersTooLargeForTheEngine() {
    editGraph(QUERY, graph -> graph.convertOutput("gate", node("Mul", graph.scalar("k", 1e8f))));
    refused(QUERY, "a history of 1 event: gate holds ", "E7, valid are numbers within ±1000000.0");
    editGraph(ITEM, graph -> graph.convertOutput("base", node("Mul", graph.scalar("k", 1e8f))));
    refused(ITEM, "row 1: base holds ", "E7, valid are numbers within ±1000000.0");
  }

  @Test
  void refusesComponentsThatAreNotOfLengthOne() {
    // Those of a model that divides by its temperature here already.
    NodeProto divided = node("Div", "temperature").build();
    for (BundleFile file : List.of(QUERY, ITEM)) {
      editGraph(
          file,
          graph -> {
            graph.scalar("temperature", 0.05f);
            graph.convertOutput("components", divided.toBuilder());
          });
      refused(file, ": component 0 has length 20.0000, valid is 1 within 0.001");
    }
  }

  @Test
  void refusesAModelExportedWhileTraining() {
    for (BundleFile file : List.of(QUERY, ITEM)) {
      editGraph(
          file,
          graph -> {
            graph.convertOutput("gate", node("Dropout", graph.scalar("half", 0.5f), "training"));
            graph
                .graph()
                .addInitializer(
                    TensorProto.newBuilder()
                        .setName("training")
                        .setDataType(DataType.BOOL.getNumber())
                        .addInt32Data(1));
          });
      refused(file, ": gate[", ", but when asked again ", ", valid is the same");
    }
  }

  @Test
  void refusesItemsThatChangeWithTheOthersOfTheirBatch() {
    editGraph(
        ITEM,
        graph -> {
          graph.append(
              "mean", node("ReduceMean", "base").addAttribute(GraphEdit.integers("axes", 0)));
          graph.convertOutput("base", node("Sub", "mean"));
        });
    refused(ITEM, "row 1: base[0] is 0.0, but in a batch of 5 items ", ", valid is the same");
  }

  @Test
  void refusesABatchInAnotherOrder() {
    editGraph(
        ITEM,
        graph ->
            graph.convertOutput(
                "gate",
                node(
                    "Slice",
                    graph.constant("from", -1),
                    graph.constant("to", Integer.MIN_VALUE),
                    graph.constant("axis", 0),
                    graph.constant("step", -1))));
    refused(ITEM, "row 1: gate[", " in a batch of 5 items ", ", valid is the same");
  }

  private static void addToGate(GraphEdit graph, String perEvent) {
    graph.append("summed", node("ReduceSum", perEvent).addAttribute(integer("keepdims", 0)));
    graph.convertOutput("gate", node("Add", "summed"));
  }

  private static void moveOut(ModelProto.Builder model, String to) {
    model
        .getGraphBuilder()
        .getInitializerBuilderList()
        .getLast()
        .clearRawData()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue(to));
  }

  private void editGraph(BundleFile file, Consumer<GraphEdit> edit) {
    bundle.editGraph(file, edit);
  }

  private void refused(BundleFile file, String... parts) {
    bundle.assertRefused(file.fileName(), parts);
  }

  /** "[B, n, 6]" as names and numbers. */
  private static Object[] dimensions(String text) {
    return List.of(text.substring(1, text.length() - 1).split(", ")).stream()
        .map(size -> Character.isDigit(size.charAt(0)) ? (Object) Integer.valueOf(size) : size)
        .toArray();
  }

  /** The same as a Reshape's target: batches of one, histories of any length. */
  private static long[] like(String text) {
    Object[] dimensions = dimensions(text);
    long[] shape = new long[dimensions.length];
    boolean open = List.of(dimensions).contains("n");
    for (int i = 0; i < shape.length; i++) {
      shape[i] =
          dimensions[i] instanceof Integer size ? size : dimensions[i].equals("B") && open ? 1 : -1;
    }
    return shape;
  }
}
