package dev.molstream.demo;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Which module may know which: the arrows point one way, and the engine knows nothing but itself.
 */
@AnalyzeClasses(packages = "dev.molstream", importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleBordersTest {
  private static final String SCHEMAS = "dev.molstream.schemas..";
  private static final String RETRIEVAL = "dev.molstream.retrieval..";
  private static final String MODEL = "dev.molstream.model..";
  private static final String TRAINING = "dev.molstream.training..";
  private static final String BENCHMARK = "dev.molstream.benchmark..";
  private static final String EXPERIMENT = "dev.molstream.experiment..";
  private static final String SERVICE = "dev.molstream.service..";
  private static final String UPDATER = "dev.molstream.updater..";
  private static final String STREAM = "dev.molstream.stream..";
  private static final String BROKER = "dev.molstream.broker..";
  private static final String DATASET = "dev.molstream.dataset..";

  private static final String KAFKA = "org.apache.kafka..";
  private static final String AVRO = "org.apache.avro..";
  private static final String ONNX = "ai.onnx..";
  private static final String ONNX_RUNTIME = "ai.onnxruntime..";
  private static final String LIBTORCH = "org.bytedeco..";
  private static final String LUCENE = "org.apache.lucene..";
  private static final String JVECTOR = "io.github.jbellis..";
  private static final String CHRONICLE = "net.openhft..";
  private static final String[] HTTP = {"com.sun.net.httpserver..", "java.net.http.."};

  @ArchTest static final ArchRule schemasKnowNoOtherModule = knowsOnly(SCHEMAS, SCHEMAS);

  @ArchTest static final ArchRule retrievalKnowsNoOtherModule = knowsOnly(RETRIEVAL, RETRIEVAL);

  @ArchTest
  static final ArchRule retrievalKnowsNoKafkaAvroOnnxOrHttp =
      noClasses()
          .that()
          .resideInAPackage(RETRIEVAL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(KAFKA, AVRO, ONNX, ONNX_RUNTIME, LIBTORCH, HTTP[0], HTTP[1]);

  @ArchTest static final ArchRule modelKnowsRetrieval = knowsOnly(MODEL, MODEL, RETRIEVAL);

  @ArchTest
  static final ArchRule modelTrainingAndBenchmarksKnowNoKafka =
      noClasses()
          .that()
          .resideInAnyPackage(MODEL, TRAINING, BENCHMARK, EXPERIMENT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(KAFKA, AVRO);

  @ArchTest
  static final ArchRule trainingKnowsModelAndRetrieval =
      knowsOnly(TRAINING, TRAINING, MODEL, RETRIEVAL);

  @ArchTest
  static final ArchRule benchmarksKnowTrainingModelAndRetrieval =
      knowsOnly(BENCHMARK, BENCHMARK, TRAINING, MODEL, RETRIEVAL);

  @ArchTest
  static final ArchRule experimentsKnowBenchmarksTrainingModelAndRetrieval =
      knowsOnly(EXPERIMENT, EXPERIMENT, BENCHMARK, TRAINING, MODEL, RETRIEVAL);

  @ArchTest static final ArchRule serviceKnowsSchemas = knowsOnly(SERVICE, SERVICE, SCHEMAS);

  @ArchTest
  static final ArchRule updaterKnowsSchemasModelAndService =
      knowsOnly(UPDATER, UPDATER, SCHEMAS, MODEL, SERVICE, RETRIEVAL);

  @ArchTest
  static final ArchRule updaterKnowsOnlyShapesOfRetrieval =
      noClasses()
          .that()
          .resideInAPackage(UPDATER)
          .should()
          .dependOnClassesThat(
              DescribedPredicate.describe(
                  "are the engine, not its shapes",
                  (JavaClass type) ->
                      type.getPackageName().startsWith("dev.molstream.retrieval")
                          && !type.getSimpleName().equals("MolShape")));

  @ArchTest
  static final ArchRule streamKnowsNoTraining =
      knowsOnly(STREAM, STREAM, SCHEMAS, MODEL, RETRIEVAL, SERVICE);

  @ArchTest static final ArchRule brokerKnowsNoOtherModule = knowsOnly(BROKER, BROKER);

  @ArchTest
  static final ArchRule datasetsKnowWhatTheyAreReadFor =
      knowsOnly(DATASET, DATASET, MODEL, TRAINING, SCHEMAS);

  @ArchTest
  static final ArchRule onlyTrainingBenchmarksAndExperimentsKnowLibTorch =
      onlyIn(LIBTORCH, TRAINING, BENCHMARK, EXPERIMENT);

  @ArchTest static final ArchRule onlyBenchmarksKnowLucene = onlyIn(LUCENE, BENCHMARK);

  @ArchTest static final ArchRule onlyBenchmarksKnowJVector = onlyIn(JVECTOR, BENCHMARK);

  @ArchTest
  static final ArchRule onlyModelKnowsOnnx =
      noClasses()
          .that()
          .resideOutsideOfPackages(MODEL, TRAINING)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ONNX, ONNX_RUNTIME);

  @ArchTest static final ArchRule onlyRetrievalKnowsChronicleMap = onlyIn(CHRONICLE, RETRIEVAL);

  @ArchTest
  static final ArchRule modulesAreFreeOfCycles =
      slices().matching("dev.molstream.(*)..").should().beFreeOfCycles();

  private static ArchRule knowsOnly(String module, String... known) {
    DescribedPredicate<JavaClass> another =
        DescribedPredicate.describe(
            "are in a module that " + module + " must not know",
            type ->
                JavaClass.Predicates.resideInAPackage("dev.molstream..").test(type)
                    && !JavaClass.Predicates.resideInAnyPackage(known).test(type));
    return noClasses().that().resideInAPackage(module).should().dependOnClassesThat(another);
  }

  private static ArchRule onlyIn(String library, String... modules) {
    return classes()
        .that()
        .resideOutsideOfPackages(modules)
        .should()
        .onlyDependOnClassesThat(JavaClass.Predicates.resideOutsideOfPackage(library));
  }
}
