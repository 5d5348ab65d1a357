package org.kjump.machine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.machine.device.Board;
import org.kjump.machine.memory.Ram;

/** Segments, descriptor tables, gates, page tables: what the Intel manual says happens, with and without handlers. */
class FaultsTest {
    private static final int CODE = 0x1000;
    private static final int STACK = 0x8000;
    private static final int GDT = 0x9000;
    private static final int IDT = 0xa000;
    private static final int HANDLER = 0xb000;
    private static final int DIRECTORY = 0x10000;
    private static final int TABLE = 0x11000;

    private final Ram ram = new Ram(1 << 24);
    private final CpuState state = new CpuState();

    FaultsTest() {
        descriptor(0x10, 0x00cf9b000000ffffL); // code, flat
        descriptor(0x18, 0x00cf93000000ffffL); // data, flat
        descriptor(0x20, 0x0040930200000fffL); // data at 0x20000, limit 0xfff
        descriptor(0x28, 0x00cf91000000ffffL); // data, read-only
        descriptor(0x30, 0x00cf13000000ffffL); // data, not present
        descriptor(0x38, 0x0040970000001fffL); // data, expand-down: 0x2000 and up
        descriptor(0x40, 0x000089030000007fL); // 386 TSS at 0x30000
        descriptor(0x48, 0x0000820400000017L); // LDT at 0x40000
        state.gdtBase = GDT;
        state.gdtLimit = 0x4f;
        state.general[CpuState.ESP] = STACK;
    }

    private void descriptor(int selector, long value) {
        ram.setU32(GDT + selector, (int) value);
        ram.setU32(GDT + selector + 4, (int) (value >>> 32));
    }

    /** Every vector has a handler that halts, at a byte of its own. */
    private void handlers() {
        for (int vector = 0; vector < 32; vector++) {
            ram.setU32(IDT + 8 * vector, 0x10 << 16 | HANDLER + vector);
            ram.setU32(IDT + 8 * vector + 4, 0x8e00);
            ram.setU8(HANDLER + vector, 0xf4);
        }
        state.idtBase = IDT;
        state.idtLimit = 0xff;
    }

    private Exit run(String hex) {
        byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
        ram.write(CODE, ByteBuffer.wrap(code));
        ram.setU8(CODE + code.length, 0xf4); // hlt
        state.eip = CODE;
        return new Processor(ram, new Board(), state).run(100_000);
    }

    private String tripleFault(String hex) {
        Exit exit = run(hex);
        assertThat(exit).isInstanceOf(Exit.TripleFault.class);
        return ((Exit.TripleFault) exit).report();
    }

    /** EIP behind the handler's HLT says which vector it was; the error code and the faulting EIP are on the stack. */
    @ParameterizedTest
    @CsvSource({
        "31 c9 f7 f1, 0, , 1002", // div ecx by 0
        "b8 00 00 00 80 99 83 c9 ff f7 f9, 0, , 1009", // idiv: the quotient does not fit
        "0f 0b, 6, , 1000", // ud2
        "8d c0, 6, , 1000", // lea of a register
        "f0 89 c0, 6, , 1000", // lock on a register
        "67 8b 00, 6, , 1000", // 16-bit addresses are not decoded
        "b8 68 00 00 00 8e d8, 13, 68, 1005", // a selector behind the table
        "b8 28 00 00 00 8e d0, 13, 28, 1005", // SS read-only
        "b8 30 00 00 00 8e d8, 11, 30, 1005", // not present
        "b8 30 00 00 00 8e d0, 12, 30, 1005", // SS not present
        "31 c0 8e d0, 13, 0, 1002", // SS null
        "31 c0 8e d8 a1 00 00 00 00, 13, 0, 1004", // through a null selector
        "b8 20 00 00 00 8e d8 a1 fd 0f 00 00, 13, 0, 1007", // beyond the limit
        "b8 28 00 00 00 8e d8 a3 00 20 00 00, 13, 0, 1007", // write to read-only
        "b8 38 00 00 00 8e d8 a1 fe 1f 00 00, 13, 0, 1007", // below an expand-down segment's start
        "2e a3 00 20 00 00, 13, 0, 1000", // write through CS
        "ea 00 00 00 00 18 00, 13, 18, 1000", // far jump to data
        "cd 80, 13, 402, 1000", // no gate for int 0x80
        "b9 ff ff 00 00 0f 32, 13, 0, 1005", // rdmsr of none
        "b8 20 00 00 00 0f 22 e0, 13, 0, 1005", // CR4.PAE
        "31 c0 0f 22 c0, 13, 0, 1002", // leaving protected mode
        "0f 22 c8, 6, , 1000", // CR1
        "b8 18 00 00 00 0f 00 d0, 13, 18, 1005", // lldt of data
        "0f 20 c0 83 c8 04 0f 22 c0 d9 c0, 7, , 1009", // coprocessor with CR0.EM
    })
    void aFaultReachesItsHandlerWithItsErrorCode(String code, int vector, String error, String eip) {
        handlers();
        assertThat(run(code)).isInstanceOf(Exit.Halted.class);
        assertThat(state.eip).isEqualTo(HANDLER + vector + 1);
        long esp = state.general[CpuState.ESP];
        if (error != null) {
            assertThat(Integer.toHexString(ram.u32(esp))).isEqualTo(error);
            esp += 4;
        }
        assertThat(Integer.toHexString(ram.u32(esp))).isEqualTo(eip);
        assertThat(ram.u32(esp + 4)).isEqualTo(0x10);
        assertThat(esp + 12).isEqualTo(STACK);
    }

    @Test
    void withoutHandlersRegistersAndBytesAreReported() {
        assertThat(tripleFault("90 0f 0b"))
                .contains("#UD invalid opcode", "eip=00001001", "cs=0010", "code at eip: 0f 0b f4");
        assertThat(state.shutdown).isTrue();
    }

    @Test
    void anInterruptWithoutAGateIsNamed() {
        assertThat(tripleFault("cc")).contains("#GP general protection, error code 0x1a (no gate for interrupt 0x03)");
    }

    /** The double fault's handler is there, the other's is not. */
    @Test
    void aFaultOnTheWayToAHandlerIsADoubleFault() {
        handlers();
        ram.setU32(IDT + 8 * 13 + 4, 0);
        assertThat(run("b8 68 00 00 00 8e d8")).isInstanceOf(Exit.Halted.class);
        assertThat(state.eip).isEqualTo(HANDLER + 8 + 1);
        assertThat(ram.u32(state.general[CpuState.ESP])).isZero();
    }

    @Test
    void int3AndIretComeBackBehindTheInstruction() {
        handlers();
        ram.setU8(HANDLER + 3, 0xcf); // iret
        run("cc 40");
        assertThat(state.general[CpuState.EAX]).isEqualTo(1);
        assertThat(state.general[CpuState.ESP]).isEqualTo(STACK);
    }

    @Test
    void aSegmentsBaseIsAddedAndItsDescriptorMarkedAccessed() {
        descriptor(0x20, 0x0040920200000fffL);
        ram.setU32(0x20ffc, 0x1234);
        run("b8 20 00 00 00 8e e0 64 a1 fc 0f 00 00"); // mov fs,ax; mov eax,fs:[ffc]
        assertThat(state.general[CpuState.EAX]).isEqualTo(0x1234);
        assertThat(ram.u8(GDT + 0x25)).isEqualTo(0x93);
    }

    @Test
    void aTaskRegisterLoadMarksTheSegmentBusyAndStrGivesTheSelector() {
        run("b8 40 00 00 00 0f 00 d8 31 c0 0f 00 c8"); // ltr ax; str eax
        assertThat(state.general[CpuState.EAX]).isEqualTo(0x40);
        assertThat(ram.u8(GDT + 0x45)).isEqualTo(0x8b);
        assertThat(state.taskBase).isEqualTo(0x30000);
    }

    @Test
    void aLocalTableIsUsedOnceItIsLoaded() {
        ram.setU32(0x50000, 0x77);
        ram.setU32(0x40008, 0x0000ffff);
        ram.setU32(0x4000c, 0x00cf9305);
        // lldt 0x48; mov ds,0xc (entry 1 of the LDT, base 0x50000); mov eax,[0]
        run("b8 48 00 00 00 0f 00 d0 b8 0c 00 00 00 8e d8 a1 00 00 00 00");
        assertThat(state.ldtBase).isEqualTo(0x40000);
        assertThat(state.general[CpuState.EAX]).isEqualTo(0x77);
    }

    /** 4 KiB pages, identity for the first 4 MiB, and CR3 and CR0 loaded. */
    private void pages() {
        ram.setU32(DIRECTORY, TABLE | 3);
        for (int page = 0; page < 1024; page++) {
            ram.setU32(TABLE + 4 * page, page << 12 | 3);
        }
        state.cr3 = DIRECTORY;
        state.cr0 |= CpuState.CR0_PG | CpuState.CR0_WP;
    }

    @Test
    void aChangedTableIsSeenBehindALoadOfCr3OnlyIfThePageWasUsedBefore() {
        pages();
        ram.setU32(0x20000, 0x11);
        ram.setU32(0x21000, 0x22);
        // mov eax,[20000]; mov dword [table+80],21003; mov ebx,[20000]; mov ecx,cr3; mov cr3,ecx; mov edx,[20000]
        run("a1 00 00 02 00 c7 05 80 10 01 00 03 10 02 00 8b 1d 00 00 02 00 0f 20 d9 0f 22 d9 8b 15 00 00 02 00");
        assertThat(state.general[CpuState.EAX]).isEqualTo(0x11);
        assertThat(state.general[CpuState.EBX]).isEqualTo(0x11);
        assertThat(state.general[CpuState.EDX]).isEqualTo(0x22);
    }

    @Test
    void invlpgMakesAChangedTableSeen() {
        pages();
        ram.setU32(0x21000, 0x22);
        run("a1 00 00 02 00 c7 05 80 10 01 00 03 10 02 00 0f 01 3d 00 00 02 00 8b 15 00 00 02 00");
        assertThat(state.general[CpuState.EDX]).isEqualTo(0x22);
    }

    @Test
    void aWriteToAReadOnlyPageFaultsWithWriteProtectAndChangesNothing() {
        pages();
        handlers();
        ram.setU32(TABLE + 4 * 0x20, 0x20001);
        ram.setU32(0x20000, 5);
        run("f9 83 15 00 00 02 00 01"); // stc; adc dword [20000],1
        assertThat(state.eip).isEqualTo(HANDLER + 14 + 1);
        assertThat(ram.u32(state.general[CpuState.ESP])).isEqualTo(3);
        assertThat(state.cr2).isEqualTo(0x20000);
        assertThat(ram.u32(0x20000)).isEqualTo(5);
        assertThat(ram.u32(state.general[CpuState.ESP] + 12L) & 1).isEqualTo(1); // CF as before the instruction
    }

    @Test
    void aWriteAcrossTwoPagesOfWhichOneIsMissingWritesNothing() {
        pages();
        handlers();
        ram.setU32(TABLE + 4 * 0x21, 0);
        run("c7 05 fe 0f 02 00 ff ff ff ff"); // mov dword [20ffe],-1
        assertThat(state.cr2).isEqualTo(0x21000);
        assertThat(ram.u32(0x20ffc)).isZero();
    }

    @Test
    void repeatedMovesStopAtTheFaultWithRegistersThatLetThemGoOn() {
        pages();
        handlers();
        ram.setU32(TABLE + 4 * 0x21, 0);
        run("be 00 f0 01 00 bf 00 f8 01 00 81 c7 00 10 00 00 b9 00 10 00 00 fc f3 a4"); // to 0x20800, 0x1000 bytes
        assertThat(state.eip).isEqualTo(HANDLER + 14 + 1);
        assertThat(state.general[CpuState.ECX]).isEqualTo(0x800);
        assertThat(state.general[CpuState.EDI]).isEqualTo(0x21000);
    }

    /** The same physical page at two addresses: code changed through one runs changed through the other. */
    @Test
    void codeChangedThroughAnAliasRunsAsChanged() {
        pages();
        ram.setU32(TABLE + 4 * 0x30, 0x20003);
        ram.write(0x20000, ByteBuffer.wrap(HexFormat.of().parseHex("40c3"))); // inc eax; ret
        // call 20000; mov byte [30000],48 (dec eax); call 20000; call 20000
        run("31 c0 e8 f9 ef 01 00 c6 05 00 00 03 00 48 e8 ed ef 01 00 e8 e8 ef 01 00");
        assertThat(state.general[CpuState.EAX]).isEqualTo(-1);
    }

    /** Data in the page of the code, written in a loop, with an instruction of the loop changed on the last round. */
    @Test
    void aLoopThatWritesBesideAndThenIntoItself() {
        // mov ecx,3; L: inc eax; mov [1800],ecx; loop L; if [1005] is not 48: mov byte [1005],48 (dec eax); inc ecx;
        // jmp L
        run("b9 03 00 00 00 40 89 0d 00 18 00 00 e2 f7 80 3d 05 10 00 00 48 74 0c c6 05 05 10 00 00 48 41 eb e4 90 90");
        assertThat(state.general[CpuState.EAX]).isEqualTo(2);
    }

    @Test
    void anInstructionAcrossTwoPagesRuns() {
        state.eip = 0x1ffd;
        ram.write(0x1ffd, ByteBuffer.wrap(HexFormat.of().parseHex("b844332211f4")));
        new Processor(ram, new Board(), state).run(10);
        assertThat(state.general[CpuState.EAX]).isEqualTo(0x11223344);
    }

    @Test
    void aJumpToItselfIsSeenAtOnce() {
        assertThat(run("eb fe")).isEqualTo(new Exit.Spinning());
        assertThat(state.eip).isEqualTo(CODE);
    }

    @Test
    void aLoopEndsWithTheBudget() {
        assertThat(run("40 eb fd")).isEqualTo(new Exit.OutOfBudget());
        assertThat(state.general[CpuState.EAX]).isEqualTo(50_000);
    }

    @Test
    void aRepeatedInstructionCountsItsElements() {
        assertThat(run("b9 ff ff ff ff bf 00 00 10 00 f3 aa")).isEqualTo(new Exit.OutOfBudget());
    }
}
