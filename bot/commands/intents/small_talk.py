"""What is said to anybody: greetings, thanks, *undo that*, *what am I following?*, and what is said in anger."""

from __future__ import annotations

import re

from bot.commands.intents.intent import Intent, sure

_WORDS: dict[str, str] = {
    r"(?:hi|hello|hey|hiya|yo|howdy|greetings|good (?:morning|evening|afternoon|day)|hola|bonjour|salut|hallo"
    r"|guten (?:tag|morgen)|moin|ciao|ol[aá]"
    r"|привет|здравствуйте|你好|您好|こんにちは|안녕(?:하세요)?)"
    r"(?: (?:there|paperboy|bot|everyone|all|again|friend))?|yes|yep|yeah|no|nope|nah|y|n": "start",
    r"start|(?:who|what) are you|what(?:'s| is) (?:this|paperboy|your name|this bot)|introduce yourself"
    r"|get started|how do i (?:start|begin)|let's (?:start|go|begin)": "start",
    r"(?:who are you and )?what (?:can|do|could) (?:you|i) (?:do|say|ask|type)(?: here| for me)?|help(?: me)?"
    r"|commands|\?+|how (?:does|do) (?:this|it|you) work|how do i use (?:this|it|you)"
    r"|show (?:me )?(?:the )?(?:commands|help|menu)|menu|i(?:'m| am) (?:lost|new here|confused)|what now"
    r"|instructions|hilfe|aide|ayuda|помощь|帮助": "help",
    r"(?:many )?(?:thanks|thank you|thx|ty|cheers|danke(?: sch[oö]n)?|merci|gracias|obrigad[oa]|спасибо|谢谢"
    r"|ありがとう(?:ございます)?|감사합니다)(?: (?:a lot|so much|very much|again|paperboy|bot|man))?"
    r"|(?:ok|okay|k|cool|great|nice|perfect|awesome|good|super|wow|lol|haha|sure|fine|got it|good bot|well done"
    r"|great job|amazing|love it|i love (?:it|this|you)|alright|sounds good)"
    r"(?:[,!.]? (?:thanks|thank you|thx|then|bot|job|work))?|bye|goodbye|good night"
    r"|see you(?: later)?|👍|❤️?|🙏|😀": "thanks",
    r"(?:my topics|(?:what|which)(?: topics| subjects)? (?:am i|do i|are we|do we) follow(?:ing)?|(?:show|list"
    r"|see)(?: me)? (?:my|our|all|the) (?:topics|subscriptions|follows)|my subscriptions|subscriptions|topics"
    r"|what are my topics|what(?:'s| is) my list|unsubscribe(?: (?:me|us))?|unfollow|stop"
    r"|cancel|quit|remove|delete)": "topics",
    r"(?:(?:show|list)(?: me)? )?(?:my )?(?:saved(?: papers)?|reading list|bookmarks|favou?rites)": "saved",
    r"(?:undo|undo (?:that|it|this|please|my last change|the last (?:one|change))|(?:oops|ups|whoops|sorry"
    r"|no)?[,!. ]*(?:wrong (?:topic|one|button)|that was (?:a mistake|wrong|an accident)|my mistake"
    r"|i didn't mean (?:that|it|to)|not that(?: one)?)"
    r"|(?:take|put) (?:that|it) back|revert(?: that| it)?|go back|oops|whoops|ctrl[+ -]?z|i changed my mind)": "undo",
    r"(?:status|are you (?:working|there|alive|ok|online|down)|is (?:this|it|the bot) (?:working|on|broken"
    r"|down)|why (?:did|do|have) i (?:get|got|receive|hear) nothing.*|why (?:is there|was there) (?:nothing"
    r"|no (?:digest|papers?)).*"
    r"|where (?:is|are) my (?:digest|papers)|when (?:do|will|can) (?:i|we) (?:get|see|receive"
    r"|hear)(?: (?:from you|the|my|our))?"
    r"(?: next| new)?(?: (?:digest|papers?|one|list|again))?|nothing came(?: today)?|i (?:got"
    r"|received) nothing.*|when(?:'s"
    r"| is) (?:the|my) next(?: digest| one)?)": "status",
    r"(?:never ?mind|forget it|don't (?:stop|pause|unsubscribe|unfollow|delete|remove|cancel|change)(?: (?:me"
    r"|it|anything|this|that|everything|now|sending.*|following.*))?"
    r"|do not (?:stop|pause|unsubscribe|unfollow|delete|remove|cancel|change)(?: (?:me|it|anything|this|that"
    r"|everything|now|sending.*|following.*))?|keep (?:going|it up|them coming|sending))": "status",
    r"(?:send|show|give) (?:me )?(?:it|(?:today's|my|the) (?:papers|digest)) (?:right )?now|send now|now": "digest",
    r"(?:delete|erase|remove|forget) (?:me|my (?:data|account|chat)|all my data|everything about me)": "forget",
    r"what (?:do|have) you (?:know|store|stored|keep|save)(?: about me)?|(?:show )?my data|privacy": "mydata",
    r"(?:what (?:did|have) i miss(?:ed)?|did i miss (?:something|anything)|what(?:'s| is) missed|catch me up"
    r"|missed)(?: (?:last week|this week|while i was away|lately|recently))?": "missed",
    r"what(?:'s| is) (?:new|up)(?: today)?|(?:show me )?(?:one day of|today's)(?: (?:papers?|list))?"
    r"|show (?:me )?today's (?:papers|list)|what(?:'s| is) up|news": "today",
    r"what(?:'s| is) (?:hot|trending|popular)(?: (?:right now|now))?|(?:show )?trending(?: papers)?": "trending",
    r"what should (?:i|we) read(?: (?:today|next|now))?|(?:give|send|show) me something(?: (?:to read|good"
    r"|interesting))?|surprise me|recommend (?:me )?something|(?:any )?recommendations?|i(?:'m| am) bored"
    r"|anything interesting|random": "top",
    r"browse|(?:show (?:me )?)?(?:all )?(?:the )?(?:areas|categories|fields|catalogue|catalog)"
    r"|what topics (?:are there|do you (?:have|know))|which topics.*|suggest (?:me )?(?:some )?topics": "browse",
}
_INSULTS = re.compile(
    r"(?:f+u+c+k+ ?(?:you|off|this|it)?|(?:you(?:'re| are)?|this(?: bot)?(?: is)?|it(?:'s| is)|what (?:a|an)"
    r"|paperboy is|u r)(?: (?:a|an|so|such a|just|really|completely|totally))*"
    r" (?:stupid|idiot|useless|dumb|shit|crap|garbage|trash|bad(?: bot)?|terrible|sucks?|awful|annoying|moron"
    r"|rubbish|spam|joke|worthless)(?: bot| thing| idiot)?"
    r"|(?:stupid|dumb|useless|bad|idiotic|shitty|annoying) ?(?:bot|thing|machine|app)?|idiot|moron|shit|wtf"
    r"|damn(?: it| you)?|you suck|this sucks|i hate (?:you|this|this bot|it)|spam)",
    re.IGNORECASE,
)
_MISSED_SINCE = re.compile(r"what (?:did|have) i miss(?:ed)? since (?P<day>\S+(?: \S+)?)", re.IGNORECASE)


def read_small_talk(text: str) -> Intent | None:
    """The answer to what a whole message says; None where it says something else."""
    for pattern, command in _WORDS.items():
        if re.fullmatch(pattern, text, re.IGNORECASE):
            return sure(command)
    if _INSULTS.fullmatch(text):
        return sure("sorry")
    found = _MISSED_SINCE.fullmatch(text)
    return sure(f"missed {found['day']}") if found else None
