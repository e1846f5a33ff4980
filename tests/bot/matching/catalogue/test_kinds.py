"""What the kinds of every topic are held to: each is a kind of the topic, said in words that mean nothing else."""

from __future__ import annotations

from bot.matching.catalogue.catalogue import load_bundled_catalogue
from bot.matching.catalogue.toml_reader import CatalogueTopic, name_key
from bot.matching.text.acronyms import content_terms
from bot.matching.text.lexicon import document_frequency

# Topics that are a part of another one, so that their names may be kinds of it. Looked at one by one.
PARTS = {
    "speech": {"speech recognition", "speech synthesis", "spoken dialogue"},
    "audio": {"audio generation", "speech", "music", "audio-visual learning"},
    "reinforcement learning": {
        "RLHF",
        "RLVR",
        "offline reinforcement learning",
        "multi-agent reinforcement learning",
        "post-training",
    },
    "audio generation": {"audio-video generation"},
    "audio-visual learning": {"audio-video generation"},
    "optimization": {"optimizers"},
    "generative models": {"VAE", "GAN", "energy-based models"},
    "robotics": {"VLA", "robot manipulation", "locomotion", "embodied AI", "sim-to-real", "imitation learning"},
    "medical AI": {"medical imaging", "surgery", "mental health"},
    "model compression": {"quantization", "pruning", "knowledge distillation"},
    "biology": {"genomics", "protein design", "neuroscience"},
    "AI for science": {"protein design", "scientific literature"},
    "reasoning": {"chain of thought", "multimodal reasoning", "math reasoning"},
    "attention mechanisms": {"linear attention"},
    "efficient inference": {"LLM serving", "speculative decoding", "token pruning"},
    "LLM agents": {"web agents", "computer use", "coding agents", "deep research", "agent memory"},
    "computer use": {"web agents"},
    "image generation": {"autoregressive image generation", "personalized generation"},
    "diffusion": {"diffusion language models", "few-step generation", "video generation"},
    "safety": {"jailbreak", "alignment"},
    "alignment": {"RLHF"},
    "vision-language models": {"multimodal reasoning", "video understanding"},
    "multimodal models": {
        "vision-language models",
        "unified multimodal models",
        "multimodal reasoning",
        "audio-visual learning",
    },
    "interpretability": {"steering"},
    "coding agents": {"software engineering"},
    "self-supervised learning": {"contrastive learning"},
    "autoregressive image generation": {"visual tokenizers"},
    "video generation": {"digital humans", "audio-video generation"},
    "foundation models": {"tabular data", "vision foundation models", "AI for science"},
    "embodied AI": {"navigation"},
    "video understanding": {"egocentric vision"},
    "evaluation": {"LLM as a judge"},
    "fine-tuning": {"parameter-efficient fine-tuning", "instruction tuning"},
    "culture and society": {"AI governance"},
    "software engineering": {"coding agents"},
}


def topics_by_name() -> dict[str, CatalogueTopic]:
    return {name_key(name): topic for topic in load_bundled_catalogue().topics for name in topic.primary_names}


def is_part(kind: str, topic: CatalogueTopic) -> bool:
    other = topics_by_name().get(name_key(kind))
    return other is not None and other.name in PARTS.get(topic.name, set())


def test_no_kind_is_a_single_everyday_word() -> None:
    """*sparsity* is no kind of pruning, nor *refusal* of safety; a name in capitals (*DPO*) is no everyday word."""
    everyday = [
        (topic.name, kind)
        for topic in load_bundled_catalogue().topics
        for kind in topic.kinds
        if len(words := content_terms(kind)) == 1 and kind.islower() and document_frequency(words[0])
        if not is_part(kind, topic)
    ]
    assert everyday == []


def test_no_kind_is_another_topic_that_is_not_a_part_of_it() -> None:
    """*video generation* is no kind of world models."""
    called = topics_by_name()
    others = [
        (topic.name, kind)
        for topic in load_bundled_catalogue().topics
        for kind in topic.kinds
        if (other := called.get(name_key(kind))) and other.name != topic.name and not is_part(kind, topic)
    ]
    assert others == []


def test_no_topic_is_a_part_of_its_own_part() -> None:
    loops = [(whole, part) for whole, parts in PARTS.items() for part in parts if whole in PARTS.get(part, set())]
    assert [pair for pair in loops if set(pair) != {"coding agents", "software engineering"}] == []


def test_no_kind_is_named_wider_than_its_topic() -> None:
    wider = [
        (topic.name, kind)
        for topic in load_bundled_catalogue().topics
        for kind in topic.kinds
        if name_key(kind) in map(name_key, topic.wider)
    ]
    assert wider == []
