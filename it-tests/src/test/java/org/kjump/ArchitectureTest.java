package org.kjump;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The laws of ARCHITECTURE.md. Each test says how many classes it saw, so that a moved package cannot empty it. */
class ArchitectureTest {
    private static final JavaClasses KJUMP = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("test-classes") && !location.contains("-tests.jar"))
            .importPackages("org.kjump");

    private static final List<String> FORMATS = List.of(
            "org.kjump.vmcore.elf..",
            "org.kjump.vmcore.flattened..",
            "org.kjump.vmcore.kdump..",
            "org.kjump.vmcore.raw..",
            "org.kjump.vmcore.sadump..");

    private static long seen(String... packages) {
        DescribedPredicate<JavaClass> inside = JavaClass.Predicates.resideInAnyPackage(packages);
        return KJUMP.stream().filter(inside).count();
    }

    @Test
    void theDumpLibraryKnowsNothingElseOfOurs() {
        assertThat(seen("org.kjump.vmcore..")).isGreaterThan(10);
        noClasses()
                .that()
                .resideInAPackage("org.kjump.vmcore..")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("org.kjump..")
                        .and(JavaClass.Predicates.resideOutsideOfPackage("org.kjump.vmcore..")))
                .check(KJUMP);
    }

    @Test
    void thePortKnowsNothingOfOurs() {
        assertThat(seen("org.kjump.syscall")).isGreaterThan(6);
        noClasses()
                .that()
                .resideInAPackage("org.kjump.syscall")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("org.kjump..")
                        .and(JavaClass.Predicates.resideOutsideOfPackage("org.kjump.syscall")))
                .check(KJUMP);
    }

    @Test
    void theToolsReachAKernelThroughThePortAlone() {
        assertThat(seen("org.kjump.kexec..")).isGreaterThan(10);
        assertThat(seen("org.kjump.makedumpfile..")).isGreaterThan(3);
        noClasses()
                .that()
                .resideInAnyPackage("org.kjump.kexec..", "org.kjump.makedumpfile..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.kjump.machine..", "org.kjump.linux..")
                .check(KJUMP);
    }

    @Test
    void theMachineDoesNotKnowWhichKernelRuns() {
        assertThat(seen(
                        "org.kjump.machine",
                        "org.kjump.machine.cpu",
                        "org.kjump.machine.memory",
                        "org.kjump.machine.device"))
                .isGreaterThan(15);
        noClasses()
                .that()
                .resideInAnyPackage(
                        "org.kjump.machine",
                        "org.kjump.machine.cpu..",
                        "org.kjump.machine.memory..",
                        "org.kjump.machine.device..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.kjump.linux..", "org.kjump.machine.cli..")
                .check(KJUMP);
    }

    @Test
    void aFileFormatKnowsNoOther() {
        for (String format : FORMATS) {
            assertThat(seen(format)).as(format).isGreaterThan(1);
            noClasses()
                    .that()
                    .resideInAPackage(format)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(FORMATS.stream()
                            .filter(other -> !other.equals(format))
                            .toArray(String[]::new))
                    .check(KJUMP);
        }
    }

    @Test
    void whatKnowsKernelsDoesNotKnowFileFormats() {
        assertThat(seen("org.kjump.vmcore.kernel..")).isGreaterThan(10);
        assertThat(seen("org.kjump.vmcore.arch..")).isGreaterThan(5);
        assertThat(seen("org.kjump.vmcore.codec..")).isGreaterThan(3);
        noClasses()
                .that()
                .resideInAnyPackage("org.kjump.vmcore.kernel..", "org.kjump.vmcore.arch..", "org.kjump.vmcore.codec..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(Stream.concat(
                                FORMATS.stream(), Stream.of("org.kjump.vmcore.open..", "org.kjump.vmcore.debug.."))
                        .toArray(String[]::new))
                .check(KJUMP);
    }

    @Test
    void aPlanIsMadeWithoutFilesAndKernels() {
        assertThat(seen("org.kjump.kexec.plan..")).isGreaterThan(5);
        noClasses()
                .that()
                .resideInAPackage("org.kjump.kexec.plan..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.nio.channels..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.kjump.syscall.Syscalls")
                .check(KJUMP);
    }

    @Test
    void packagesHaveNoCycles() {
        assertThat(seen("org.kjump..")).isGreaterThan(100);
        slices().matching("org.kjump.(**)").should().beFreeOfCycles().check(KJUMP);
    }

    @Test
    void namesSayWhatAClassIs() {
        assertThat(seen("org.kjump..")).isGreaterThan(100);
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)")
                .check(KJUMP);
    }

    /** The machine holds everything: no object of the kernel keeps a fact that the machine does not have. */
    @Test
    void nothingOfTheKernelIsKeptInJava() {
        assertThat(seen("org.kjump.linux..")).isGreaterThan(30);
        fields().that()
                .areDeclaredInClassesThat()
                .resideInAPackage("org.kjump.linux..")
                .and()
                // An open file's position is the calling process's own.
                .areNotDeclaredIn("org.kjump.linux.fs.ReadChannel")
                .should()
                .beFinal()
                .check(KJUMP);
        classes()
                .that()
                .resideInAPackage("org.kjump.linux..")
                .should()
                .notBeAssignableTo(ThreadLocal.class)
                .check(KJUMP);
    }
}
