"""What a property's name says of its values: personal data, open vocabularies, amounts."""

from __future__ import annotations

from typing import Final

from ..lint.personal import of_name
from ..names import singular, words

Endings = frozenset[tuple[str, ...]]


def _endings(text: str) -> Endings:
    return frozenset(tuple(each.split()) for each in text.replace("\n", ",").split(",") if each)


_PERSONAL: Final = _endings(
    """fax,nickname,cvv,cvc,passwd,postal code,postalcode,postcode,zip,zip code,latitude,longitude
lat,lng,gender,age,avatar,recipient,share message"""
)
"""Ends of names that are personal beside those that lint knows.  An end only, as there:
``customer_email`` is personal, ``email_campaign`` is not."""

_PERSONAL_TRAITS: Final = _endings("name,description,website")
"""Of a user; of a product they are not."""

_OPEN: Final = _endings(
    """id,key,token,hash,uuid,guid,code,sku,number,no,ref,reference,url,uri,path,slug,name
title,description,message,text,body,comment,query,search,term,version,build,referrer,coupon
city,country,region,locale,language,timezone,brand,category,variant,campaign,label,tag
affiliation,keyword,filename,hostname,date,time,at,model,agent,user"""
)
"""Ends of names whose values are open: that a log has only a few of them says nothing."""

_AMOUNTS: Final = _endings("price,value,revenue,total,subtotal,shipping,tax,discount,amount,cost")
"""Numbers by Segment's e-commerce spec (and kin), even where all that were sent are whole."""


def _ends(name: str, endings: Endings) -> bool:
    parts = tuple(word.lower() for word in words(name))
    forms = [form for form in (parts, singular(parts)) if form]
    return any(form[-length:] in endings for form in forms for length in (1, 2, 3))


def is_personal(name: str, of_user: bool) -> bool:
    """Whether a property of that name holds personal data; ``of_user``: it is a user's trait."""
    if of_name(words(name)) is not None or _ends(name, _PERSONAL):
        return True
    return of_user and _ends(name, _PERSONAL_TRAITS)


def is_open(name: str) -> bool:
    """Whether values of that name come from no closed list."""
    return _ends(name, _OPEN)


def is_amount(name: str) -> bool:
    """Whether it is an amount, of money mostly, which need not be whole."""
    return _ends(name, _AMOUNTS)
