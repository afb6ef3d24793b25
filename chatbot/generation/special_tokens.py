"""The special-token layout of KoGPT2 v2, which our own tokenizers share: ids 0..374, in this order.

Ids 0..8 are the named control tokens, 9..108 ``<unused0>``..``<unused99>``, 109..374 emoticons and emoji, which are text.
Source: the published tokenizer of skt/kogpt2-base-v2.
"""

CONTROL_TOKENS: tuple[str, ...] = (
    *("<s>", "</s>", "<usr>", "<pad>", "<sys>", "<unk>", "<mask>", "<d>", "</d>"),
    *(f"<unused{number}>" for number in range(100)),
)
"""Ids 0..108. Only the framework may produce them; no text that a person types ever yields one but ``<unk>``."""

_LISTED = r"""
    :-) :) -) (-: (:-) (:-( -} 8-O '-) :-# :-* :-/ :-> :-@ :-d :-V :-X :-\ :-] ;-( >;-> ;^) %-) ):-( 3:] :-& 8:-)
    :-)8< :-O :-6 +:-) O:-) :-< :-? :-E :-Q :-}X :-[ :-a :-{ :-{} :^) <:-l :=) >:-> >:-l @:-) @:-} C=:-) X:-) [:-)
    [:] {:-) l^o }:^#) :-(=) O-) :-3 := :-" P-( ?-( d:-) :8) :-7 ):-) :/\) 8(:-) ([( :-(*) &-l :-e :( :,( :-( :-P
    :-S :-C :-r :-t :-W X-( l-O l:-O $-) :-! :----} =:-) =:-( 3:[ 8<:-) :#) 8-# B-) 8-) |-( H-) ]-I V^J +-( ~:-P `'
    L-P BI O| ^^ ㅜㅜ ㅠㅠ ㅡㅡ 😠 👿 😧 😰 😲 😁 🐻 🐱 😹 😼 🤡 🥶 😖 😕 🐮 🤠 😿 😢 😞 😵 🐶 😓 🐲 🤤 😑 😘 😋 😱 🤮 🤭 🤕 😷 🧐 😮 🤨 🙄 😤 🤬 😂 🤒 😛 😶 😨 🌛 😳
    🦊 🐸 ☹ ☹️ 😦 🌝 😬 😺 😸 😀 😃 😄 😅 😆 🐹 🐴 🥵 🤗 😯 😽 😗 😚 😙 🌜 🦁 😭 🤥 🤦🏿‍♂ 🤦🏻‍♂ 🤦🏾‍♂ 🤦🏼‍♂ 🤦🏽‍♂ 🤦‍♂ 🤦🏿‍♂️ 🤦🏻‍♂️ 🤦🏾‍♂️ 🤦🏼‍♂️
    🤦🏽‍♂️ 🤦‍♂️ 🤑 🐵 🐭 🤢 🤓 😐 🌚 🐼 🥳 😔 😣 🤦 🤦🏿 🤦🏻 🤦🏾 🤦🏼 🤦🏽 🐷 🥺 😾 😡 🐰 😌 🤖 😥 🤫 😴 😪 🙁 🙂 😻 ☺ ☺️ 🥰 😇 😍 😈 😊 😎 😏 🤧 😝 🌞 🤔 🐯 😫 😒 🦄
    🙃 🙀 😩 🌬 🌬️ 😉 😜 🐺 🤦🏿‍♀ 🤦🏻‍♀ 🤦🏾‍♀ 🤦🏼‍♀ 🤦🏽‍♀ 🤦‍♀ 🤦🏿‍♀️ 🤦🏻‍♀️ 🤦🏾‍♀️ 🤦🏼‍♀️ 🤦🏽‍♀️ 🤦‍♀️ 🥴 😟 🥱 🤪 🤐
"""  # noqa: E501 - emoji are wide

EMOTICONS: tuple[str, ...] = tuple(_LISTED.split())
"""Ids 109..374, registered as "special" in KoGPT2 although they are what people write."""

FIRST_TEXT_ID = len(CONTROL_TOKENS)
"""The first id that stands for text: 109."""
