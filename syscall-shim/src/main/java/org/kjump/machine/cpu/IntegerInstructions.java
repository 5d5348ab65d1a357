package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.OpcodeTable.last;
import static org.kjump.machine.cpu.OpcodeTable.row;

import java.util.Locale;

/** The rows of what any program uses. Decimal arithmetic, BOUND, ARPL and LDS to LGS are left out: no code here has them. */
final class IntegerInstructions {
    private IntegerInstructions() {}

    static void define() {
        arithmetic(0, Arithmetic::add);
        arithmetic(1, Arithmetic::or);
        arithmetic(2, Arithmetic::adc);
        arithmetic(3, Arithmetic::sbb);
        arithmetic(4, Arithmetic::and);
        arithmetic(5, Arithmetic::sub);
        arithmetic(6, Arithmetic::xor);
        arithmetic(7, Arithmetic::cmp);
        unary();
        moves();
        shift(0, Shifts::rol);
        shift(1, Shifts::ror);
        shift(2, Shifts::rcl);
        shift(3, Shifts::rcr);
        shift(4, Shifts::shl);
        shift(5, Shifts::shr);
        shift(6, Shifts::shl);
        shift(7, Shifts::sar);
        multiplication();
        bits();
        exchanges();
        stack();
        jumps();
        strings();
        flags();
    }

    /** The eight operations whose number stands in bits 3 to 5 of the opcode, or in ModRM's reg field. */
    private static void arithmetic(int number, Operation operation) {
        row(hex(8 * number) + " /r", "Eb,Gb", operation);
        row(hex(8 * number + 1) + " /r", "Ev,Gv", operation);
        row(hex(8 * number + 2) + " /r", "Gb,Eb", operation);
        row(hex(8 * number + 3) + " /r", "Gv,Ev", operation);
        row(hex(8 * number + 4), "aL,Ib", operation);
        row(hex(8 * number + 5), "eAX,Iz", operation);
        row("80 /" + number, "Eb,Ib", operation);
        row("81 /" + number, "Ev,Iz", operation);
        row("82 /" + number, "Eb,Ib", operation);
        row("83 /" + number, "Ev,Ib", operation);
    }

    private static void shift(int number, Operation operation) {
        row("c0 /" + number, "Eb,Ib", operation);
        row("c1 /" + number, "Ev,Ib", operation);
        row("d0 /" + number, "Eb,1", operation);
        row("d1 /" + number, "Ev,1", operation);
        row("d2 /" + number, "Eb,cL", operation);
        row("d3 /" + number, "Ev,cL", operation);
    }

    private static String hex(int opcode) {
        return String.format(Locale.ROOT, "%02x", opcode);
    }

    private static void unary() {
        row("84 /r", "Eb,Gb", Arithmetic::test);
        row("85 /r", "Ev,Gv", Arithmetic::test);
        row("a8", "aL,Ib", Arithmetic::test);
        row("a9", "eAX,Iz", Arithmetic::test);
        row("f6 /0", "Eb,Ib", Arithmetic::test);
        row("f6 /1", "Eb,Ib", Arithmetic::test);
        row("f7 /0", "Ev,Iz", Arithmetic::test);
        row("f7 /1", "Ev,Iz", Arithmetic::test);
        row("f6 /2", "Eb", Arithmetic::not);
        row("f7 /2", "Ev", Arithmetic::not);
        row("f6 /3", "Eb", Arithmetic::neg);
        row("f7 /3", "Ev", Arithmetic::neg);
        row("40+r", "Zv", Arithmetic::inc);
        row("48+r", "Zv", Arithmetic::dec);
        row("fe /0", "Eb", Arithmetic::inc);
        row("fe /1", "Eb", Arithmetic::dec);
        row("ff /0", "Ev", Arithmetic::inc);
        row("ff /1", "Ev", Arithmetic::dec);
    }

    private static void moves() {
        row("88 /r", "Eb,Gb", Moves::mov);
        row("89 /r", "Ev,Gv", Moves::mov);
        row("8a /r", "Gb,Eb", Moves::mov);
        row("8b /r", "Gv,Ev", Moves::mov);
        row("8d /r", "Gv,M", Moves::lea);
        row("90", "", Moves::nothing);
        row("98", "", Moves::extendAccumulator);
        row("99", "", Moves::extendIntoData);
        row("a0", "aL,Ob", Moves::mov);
        row("a1", "eAX,Ov", Moves::mov);
        row("a2", "Ob,aL", Moves::mov);
        row("a3", "Ov,eAX", Moves::mov);
        row("b0+r", "Zb,Ib", Moves::mov);
        row("b8+r", "Zv,Iz", Moves::mov);
        row("c6 /0", "Eb,Ib", Moves::mov);
        row("c7 /0", "Ev,Iz", Moves::mov);
        row("d7", "Xb", Moves::xlat);
        row("0f 1f /r", "Ev", Moves::nothing);
        row("0f 40+cc /r", "Gv,Ev", Moves::cmov);
        row("0f 90+cc /r", "Eb", Moves::set);
        row("0f b6 /r", "Gv,Eb", Moves::mov);
        row("0f b7 /r", "Gv,Ew", Moves::mov);
        row("0f be /r", "Gv,Eb", Moves::movsxByte);
        row("0f bf /r", "Gv,Ew", Moves::movsxWord);
        row("0f c8+r", "Zd", Moves::bswap);
    }

    private static void multiplication() {
        row("69 /r", "Gv,Ev,Iz", Multiplication::imulThree);
        row("6b /r", "Gv,Ev,Ib", Multiplication::imulThree);
        row("0f af /r", "Gv,Ev", Multiplication::imulTwo);
        row("f6 /4", "Eb", Multiplication::mul);
        row("f7 /4", "Ev", Multiplication::mul);
        row("f6 /5", "Eb", Multiplication::imul);
        row("f7 /5", "Ev", Multiplication::imul);
        row("f6 /6", "Eb", Multiplication::div);
        row("f7 /6", "Ev", Multiplication::div);
        row("f6 /7", "Eb", Multiplication::idiv);
        row("f7 /7", "Ev", Multiplication::idiv);
    }

    private static void bits() {
        row("0f a3 /r", "Ev,Gv", Bits::bt);
        row("0f ab /r", "Ev,Gv", Bits::bts);
        row("0f b3 /r", "Ev,Gv", Bits::btr);
        row("0f bb /r", "Ev,Gv", Bits::btc);
        row("0f ba /4", "Ev,Ib", Bits::bt);
        row("0f ba /5", "Ev,Ib", Bits::bts);
        row("0f ba /6", "Ev,Ib", Bits::btr);
        row("0f ba /7", "Ev,Ib", Bits::btc);
        row("0f bc /r", "Gv,Ev", Bits::bsf);
        row("0f bd /r", "Gv,Ev", Bits::bsr);
        row("0f a4 /r", "Ev,Gv,Ib", Shifts::shld);
        row("0f a5 /r", "Ev,Gv,cL", Shifts::shld);
        row("0f ac /r", "Ev,Gv,Ib", Shifts::shrd);
        row("0f ad /r", "Ev,Gv,cL", Shifts::shrd);
    }

    private static void exchanges() {
        row("86 /r", "Eb,Gb", Exchanges::xchg);
        row("87 /r", "Ev,Gv", Exchanges::xchg);
        for (int register = 1; register < 8; register++) {
            row(hex(0x90 + register), "Zv,eAX", Exchanges::xchg);
        }
        row("0f b0 /r", "Eb,Gb", Exchanges::cmpxchg);
        row("0f b1 /r", "Ev,Gv", Exchanges::cmpxchg);
        row("0f c0 /r", "Eb,Gb", Exchanges::xadd);
        row("0f c1 /r", "Ev,Gv", Exchanges::xadd);
        row("0f c7 /1", "Md", Exchanges::cmpxchg8b);
    }

    private static void stack() {
        row("50+r", "Zv", Stack::push);
        row("58+r", "Zv", Stack::pop);
        row("60", "", Stack::pusha);
        row("61", "", Stack::popa);
        row("68", "Iz", Stack::push);
        row("6a", "Lv", Stack::push);
        row("8f /0", "Ev", Stack::popToOperand);
        row("9c", "", Stack::pushf);
        last("9d", "", Stack::popf);
        row("c8", "Xv,Iw,Ib", Stack::enter);
        row("c9", "", Stack::leave);
        row("ff /6", "Ev", Stack::push);
    }

    private static void jumps() {
        last("70+cc", "Xv,Jb", Jumps::jcc);
        last("0f 80+cc", "Jz", Jumps::jcc);
        last("e0", "Xv,Jb", Jumps::loopne);
        last("e1", "Xv,Jb", Jumps::loope);
        last("e2", "Xv,Jb", Jumps::loop);
        last("e3", "Xv,Jb", Jumps::jecxz);
        last("e8", "Jz", Jumps::call);
        last("e9", "Jz", Jumps::jmp);
        last("eb", "Xv,Jb", Jumps::jmp);
        last("c2", "Xv,Iw", Jumps::ret);
        last("c3", "", Jumps::ret);
        last("ff /2", "Ev", Jumps::callIndirect);
        last("ff /4", "Ev", Jumps::jmpIndirect);
    }

    private static void strings() {
        last("6c", "Yb", Strings::ins);
        last("6d", "Yv", Strings::ins);
        last("6e", "Xb", Strings::outs);
        last("6f", "Xv", Strings::outs);
        last("a4", "Yb", Strings::movs);
        last("a5", "Yv", Strings::movs);
        last("a6", "Xb", Strings::cmps);
        last("a7", "Xv", Strings::cmps);
        last("aa", "Yb", Strings::stos);
        last("ab", "Yv", Strings::stos);
        last("ac", "Xb", Strings::lods);
        last("ad", "Xv", Strings::lods);
        last("ae", "Yb", Strings::scas);
        last("af", "Yv", Strings::scas);
    }

    private static void flags() {
        row("9e", "", FlagInstructions::sahf);
        row("9f", "", FlagInstructions::lahf);
        row("f5", "", FlagInstructions::cmc);
        row("f8", "", FlagInstructions::clc);
        row("f9", "", FlagInstructions::stc);
        row("fa", "", FlagInstructions::cli);
        row("fb", "", FlagInstructions::sti);
        row("fc", "", FlagInstructions::cld);
        row("fd", "", FlagInstructions::std);
    }
}
