"""Numbers and accounts as people write them. The numbers are patterns, nobody's own."""

import pytest

from teams.addresses import WrongAddress, normal


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("8119", "8119"),
        ("内线 8119", "8119"),
        ("内线：８１１９", "8119"),
        ("13000000000", "13000000000"),
        ("+86 130 0000 0000", "13000000000"),
        ("0086-130-0000-0000", "13000000000"),
        ("(010) 0000 0000", "010-00000000"),
        ("+86 10 0000 0000", "010-00000000"),
        ("0755-0000000", "0755-0000000"),
        ("010-00000000-8119", "010-00000000转8119"),
        ("010 00000000 转 8119", "010-00000000转8119"),
        ("010-00000000 ext. 8119", "010-00000000转8119"),
        ("010 00000000,8119", "010-00000000转8119"),
        ("400 000 0000", "4000000000"),
        ("+852 0000 0000", "+85200000000"),
        ("00 1 (555) 000-0000", "+15550000000"),
    ],
)
def test_a_telephone_number_is_kept_in_one_form(written, kept):
    assert normal("phone", written) == kept
    assert normal("phone", kept) == kept


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "请填写"),
        ("12", "不像电话号码"),
        ("1300000000", "11 位，这里是 10 位"),
        ("130000000000", "11 位，这里是 12 位"),
        ("00000000", "区号加 7 到 8 位"),
        ("62000000", "带上区号"),
        ("护士站", "只写数字"),
        ("8119 转 3", "不像电话号码"),
        ("+86 8119", "不像电话号码"),
        ("٨١١٩", "只写数字"),
        ("9" * 200, "太长"),
    ],
)
def test_what_is_no_number_is_said_in_words(written, says):
    with pytest.raises(WrongAddress, match=says):
        normal("phone", written)


def test_a_text_message_goes_to_mobiles_only():
    assert normal("sms", "130-0000-0000") == "13000000000"
    assert normal("sms", "+852 0000 0000") == "+85200000000"
    for number in ("8119", "010-00000000", "400 000 0000"):
        with pytest.raises(WrongAddress, match="只能发到手机"):
            normal("sms", number)


@pytest.mark.parametrize("written", ["zhang@EXAMPLE.org", " zhang@example.org "])
def test_a_mailbox_keeps_its_name_and_lowers_its_domain(written):
    assert normal("email", written) == "zhang@example.org"
    assert normal("email", "Zhang@Example.org") == "Zhang@example.org"


@pytest.mark.parametrize("written", ["zhang", "zhang@", "zhang @example.org", "张@例子"])
def test_what_is_no_mailbox_is_shown_how_one_is_written(written):
    with pytest.raises(WrongAddress, match="名字@域名"):
        normal("email", written)


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_an_account_is_no_name(kind):
    assert normal(kind, "chen_gong-1") == "chen_gong-1"
    for wrong in ("陈工", "chen gong", "x" * 65):
        with pytest.raises(WrongAddress, match="不是姓名"):
            normal(kind, wrong)


def test_the_product_itself_needs_no_address():
    assert normal("in_app", "") == ""
    with pytest.raises(WrongAddress):
        normal("in_app", "8119")
